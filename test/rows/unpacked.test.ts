import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { RowFileError } from '../../services/rows/row-file.error.ts';
import { unpacked } from '../../services/rows/unpacked.ts';

const any = () => undefined;

/** Pieces of a body, and how many of them were asked for. */
function body(bytes: Uint8Array, size: number) {
  const asked = { pieces: 0 };
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += size) {
      asked.pieces++;
      yield bytes.subarray(from, from + size);
    }
  }
  return { asked, pieces: pieces() };
}

async function unpack(bytes: Uint8Array, size: number, check: (size: number) => void = any): Promise<string> {
  const whole: Uint8Array[] = [];
  for await (const piece of unpacked(body(bytes, size).pieces, check)) whole.push(piece);
  return Buffer.concat(whole).toString();
}

const rows = 'query,age,service\n'.padEnd(200_000, 'labora ü,1,Lab\n');

describe('a body that is gzip', () => {
  test.each([
    ['packed once', gzipSync(rows)],
    ['packed in two members', Buffer.concat([gzipSync(rows.slice(0, 777)), gzipSync(rows.slice(777))])],
    ['packed again on its way', gzipSync(gzipSync(rows))],
    ['filled up with zeros', Buffer.concat([gzipSync(rows), Buffer.alloc(512)])],
    ['not packed at all', Buffer.from(rows)],
    ['shorter than what tells', Buffer.from('a')],
    ['empty', Buffer.from('')],
  ])('is unpacked: %s', async (name, bytes) => {
    const text = { 'shorter than what tells': 'a', empty: '' }[name] ?? rows;
    for (const size of [1, 7, 65_536]) expect(await unpack(bytes, size)).toBe(text);
  });

  const packed = gzipSync(rows);
  const wrong = Buffer.from(packed);
  wrong.writeUInt8(wrong.readUInt8(wrong.length - 6) ^ 1, wrong.length - 6);
  test.each([
    ['cut off', packed.subarray(0, -20)],
    ['cut off in its head', packed.subarray(0, 5)],
    ['of another sum', wrong],
    ['followed by something else', Buffer.concat([packed, Buffer.from('more,1,Lab\n')])],
  ])('and damaged is refused: %s', async (_name, bytes) => {
    for (const size of [1, 65_536]) {
      const reading = unpack(bytes, size);
      await expect(reading).rejects.toBeInstanceOf(RowFileError);
      await expect(reading).rejects.toMatchObject({ code: 'import_gzip_damaged' });
    }
  });

  test('is watched while it grows: a gigabyte in a megabyte ends at its limit, and is never held', async () => {
    const before = process.memoryUsage().rss;
    const bomb = gzipSync(Buffer.alloc(300_000_000, 'a'));
    let most = 0;
    const limit = (size: number) => {
      most = size;
      if (size > 5_000_000) throw new RangeError('too long');
    };
    const { asked, pieces } = body(bomb, 1000);
    const reading = (async () => {
      for await (const piece of unpacked(pieces, limit)) expect(piece.length).toBeLessThanOrEqual(65_536);
    })();
    await expect(reading).rejects.toBeInstanceOf(RangeError);
    expect(most).toBeLessThan(5_100_000);
    expect(asked.pieces).toBeLessThan(10);
    expect(process.memoryUsage().rss - before).toBeLessThan(400e6); // the bomb itself, made here
  });

  test('inside one that is gzip is watched as well', async () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(100_000_000, 'a')));
    const limit = (size: number) => {
      if (size > 5_000_000) throw new RangeError('too long');
    };
    await expect(unpack(bomb, 1000, limit)).rejects.toBeInstanceOf(RangeError);
  });

  test('is read no further than what is asked for: the rest of the body can flow away', async () => {
    const noise = Buffer.from(
      Array.from({ length: 100_000 }, (_, at) => `${(at * 7919) % 10_007},`).join(''),
    );
    const { asked, pieces } = body(gzipSync(noise), 1000);
    for await (const _ of unpacked(pieces, any)) break;
    expect(asked.pieces).toBeLessThan(60);
  });
});
