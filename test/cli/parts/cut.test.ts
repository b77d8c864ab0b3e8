import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RowFormat } from '../../../services/cli/files/row-format.ts';
import { MEDIA_TYPES } from '../../../services/cli/files/row-format.ts';
import { csvFile } from '../../../services/cli/parts/csv-records.ts';
import { cut, type FilePart, TOO_LONG } from '../../../services/cli/parts/cut.ts';
import { PART_BYTES } from '../../../services/cli/parts/file-record.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import { PART_LIMIT } from '../../../services/predict/imports/import-part.ts';
import { KNOWN_SEPARATORS } from '../../../services/rows/csv-dialect.ts';
import { type FileRow, type Reading, ROW_LIMIT } from '../../../services/rows/file-row.ts';
import { ROW_FILE_READERS } from '../../../services/rows/readers.ts';

const definition = parseDefinition({
  name: 'p',
  inputs: { query: { type: 'text', maxLength: 100_000 }, age: { type: 'number', optional: true } },
  target: { name: 'service', type: 'label' },
});

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** The file in pieces of any size. */
async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function partsOf(text: string | Uint8Array, format: RowFormat, piece = 65_536): Promise<FilePart[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return all(cut(inPieces(bytes, piece), format));
}

/** What the service makes of a file, or why it refuses all of it. */
async function read(
  bytes: Uint8Array,
  format: RowFormat,
  reading: Reading = {},
): Promise<FileRow[] | string> {
  const reader = ROW_FILE_READERS.get(MEDIA_TYPES[format]);
  if (reader === undefined) throw new Error(format);
  try {
    return await all(reader(inPieces(bytes, 1 << 20), definition, reading));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function readParts(parts: readonly FilePart[], format: RowFormat): Promise<FileRow[]> {
  const records: FileRow[] = [];
  for (const { body, before } of parts) {
    const some = await read(body, format, { before });
    if (typeof some === 'string') throw new Error(some);
    records.push(...some);
  }
  return records;
}

/** As texts, since there are many. */
async function expectAlike(parts: readonly FilePart[], text: string, format: RowFormat): Promise<void> {
  const [cutUp, whole] = [await readParts(parts, format), await read(Buffer.from(text), format)];
  expect(cutUp.length).toBe(whole.length);
  expect(JSON.stringify(cutUp)).toBe(JSON.stringify(whole));
}

const HEADER = 'query,age,service';
/** Rows of every kind of quoting, line end and fault, long enough for several parts. */
const awkward = [
  'plain,1,Lab',
  '"two\nlines",2,Lab',
  '"a ""quoted"" word\r\nand more",,Lab',
  '5" pipe,3,Lab',
  ',4,Lab',
  '',
  '"text"behind,5,Lab',
  'ragged,6',
  'ünï → 漢字 🎉,7,Lab',
  `"${'long, '.repeat(30_000)}",8,Lab`,
];

describe('a CSV file', () => {
  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('cut with %s line ends gives the rows and lines that it gives whole', async (_name, end) => {
    const text = `${HEADER}${end}${Array.from({ length: 20 }, () => awkward.join(end)).join(end)}`;
    const parts = await partsOf(text, 'csv', 1000);
    expect(parts.length).toBeGreaterThan(2);
    for (const { body } of parts) expect(body.length).toBeLessThanOrEqual(PART_BYTES);
    await expectAlike(parts, text, 'csv');
  });

  test('with a byte order mark, a header of two lines and blank lines before it is cut as well', async () => {
    const text = `\ufeff\n\r\n"query","age","ser\nvice",service\n${'\n'.repeat(PART_BYTES)}a,1,x,Lab\n${`${'b'.repeat(100)},2,x,Lab\n`.repeat(15_000)},3,x,Lab`;
    const parts = await partsOf(text, 'csv');
    expect(parts.length).toBeGreaterThan(1);
    await expectAlike(parts, text, 'csv');
  });

  test('of a header alone, or of nothing, is one part, which the service refuses as it does the file', async () => {
    for (const text of [`${HEADER}\n`, HEADER, '', '\n\n']) {
      const [only, ...more] = await partsOf(text, 'csv');
      expect(more).toEqual([]);
      expect(await read(only?.body ?? Buffer.from('none'), 'csv', { before: only?.before ?? 0 })).toBe(
        await read(Buffer.from(text), 'csv'),
      );
    }
  });

  test('whose quote is never closed is refused for its line', async () => {
    for (const rest of ['"open,1,Lab\nb,2,Lab\n', `"open,1,Lab\n${'b,2,Lab\n'.repeat(200_000)}`]) {
      const text = `${HEADER}\n${`${'a'.repeat(100)},1,Lab\n`.repeat(12_000)}${rest}`;
      const last = (await partsOf(text, 'csv')).at(-1);
      expect(await read(last?.body ?? Buffer.from(''), 'csv', { before: last?.before ?? 0 })).toBe(
        await read(Buffer.from(text), 'csv'),
      );
    }
  });
});

describe('a row that is longer than a part', () => {
  const long = 'x'.repeat(PART_BYTES + 1);
  test.each([
    ['csv', `${HEADER}\na,1,Lab\n"${long}\n${long}",2,Lab\nb,3,Lab\n`],
    ['ndjson', `{"query":"a","service":"Lab"}\n{"query":"${long}"}\n{"query":"b","service":"Lab"}`],
    ['json', `[{"query":"a","service":"Lab"}, {"query":"${long}"},\n {"query":"b","service":"Lab"}]`],
  ] as const)('of %s is refused under its own line, by a part that is not long', async (format, text) => {
    const parts = await partsOf(text, format);
    for (const { body } of parts) expect(body.length).toBeLessThanOrEqual(PART_BYTES);
    await expectAlike(parts, text, format);
  });

  test('is too long for the service, and a part is not', () => {
    expect(TOO_LONG).toBe(ROW_LIMIT + 1);
    // Three bytes of UTF-8 are at most one UTF-16 unit's, and of quotes two are one character.
    expect(PART_BYTES / 3).toBeGreaterThan(ROW_LIMIT);
    expect(2 * PART_BYTES).toBeLessThan(PART_LIMIT);
  });
});

describe('an NDJSON file', () => {
  test('is cut between its lines, blank ones and bad ones among them', async () => {
    const some = '{"query":"a","service":"Lab"}\n\n  \r\n{"query":7}\r\nno JSON\n\u00a0\n';
    const text = `\ufeff${some.repeat(18_000)}{"query":"z","service":"Lab"}`;
    const parts = await partsOf(text, 'ndjson', 777);
    expect(parts.length).toBeGreaterThan(1);
    await expectAlike(parts, text, 'ndjson');
  });
});

describe('a JSON list', () => {
  test('is cut between its elements', async () => {
    const some = ['{"query":"a, ]}\\"","service":"Lab"}', '3', '[1,[2]]', '"x"', '{"query":7}'];
    const text = ` [${Array.from({ length: 16_000 }, () => some.join(' ,\n')).join(',')} ]\n`;
    const parts = await partsOf(text, 'json', 777);
    expect(parts.length).toBeGreaterThan(1);
    await expectAlike(parts, text, 'json');
  });

  test('that is empty is one part', async () => {
    expect((await partsOf(' [ ] ', 'json')).map(({ body }) => Buffer.from(body).toString())).toEqual(['[]']);
  });

  test.each(['', '{"a":1}', '[1', '[1,', '[1,]', '[,1]', '[1] 2', '[}', '[1}', 'x'])(
    '%j is none, which is said before anything is sent',
    async (text) => {
      await expect(partsOf(text, 'json')).rejects.toMatchObject({ code: 'file_unreadable' });
    },
  );
});

describe('what a file says of itself', () => {
  test('its separator, before or behind blank lines, stands in every part', async () => {
    const row = '"two\r\nlines; a, b" ;1;Lab\r\n';
    const text = `\ufeff\ufeffsep=;\r\n;;\r\n\r\nquery;age;service;\r\n;;;\r\n${row.repeat(40_000)}x, y;2;Scan\r\n`;
    const parts = await partsOf(text, 'csv', 999);
    expect(parts.length).toBeGreaterThan(1);
    await expectAlike(parts, text, 'csv');
    expect((await readParts(parts, 'csv')).at(-1)).toEqual({
      line: 80_006,
      inputs: { query: 'x, y', age: 2 },
      target: 'Scan',
    });
  });

  test('tabs part the cells of a .tsv, and what was said those of any', async () => {
    const rows = ['query\tage\tservice', '"a\tb\n" \t1\tLab', ' \t \t', 'c,d\t\tScan'];
    const tabs = rows.join('\n');
    await expectAlike(await partsOf(tabs, 'tsv', 5), tabs, 'tsv');
    const pipes = tabs.replaceAll('\t', '|');
    const parts: FilePart[] = await all(cut(inPieces(Buffer.from(pipes), 5), 'csv', '|'));
    const [only] = parts;
    expect(await read(only?.body ?? Buffer.from(''), 'csv', { dialect: { separator: '|' } })).toEqual(
      await read(Buffer.from(tabs.replace('a\tb', 'a|b')), 'tsv'),
    );
  });
});

test('whatever the bytes of a CSV file, cut at any of its records it gives what it gives whole', async () => {
  const units = ['a', ',', ';', '\t', '"', '\n', '\r', ' ', '\ufeff', 'ü'] as const;
  const characters = fc.string({ unit: fc.constantFrom(...units), maxLength: 60 });
  const declarations = fc.constantFrom('', '\ufeff', 'sep=;\r\n', '"sep=,"\n', 'sep=;;;\r');
  const blanks = fc.constantFrom('', '\n\r\n', ' ,"", \n', ',"\n " ,\r', '\t\n');
  const separators = fc.constantFrom(undefined, ...KNOWN_SEPARATORS);
  await fc.assert(
    fc.asyncProperty(
      declarations,
      blanks,
      characters,
      separators,
      fc.integer({ min: 1, max: 9 }),
      async (declared, blank, rows, said, piece) => {
        const separator = said ?? (declared.startsWith('sep=;') ? ';' : ',');
        const header = HEADER.replaceAll(',', separator);
        const text = Buffer.from(`${declared}${blank.replaceAll(',', separator)}${header}\r\n${rows}`);
        const reading: Reading = said === undefined ? {} : { dialect: { separator: said } };
        const whole = await read(text, 'csv', reading);
        const { declaration, records } = await csvFile(inPieces(text, piece), said);
        const [head, ...others] = await all(records);
        expect(Buffer.from(head?.bytes ?? '').toString()).toBe(`${header}\r`);
        const lines = declaration.length === 0 ? 1 : 2;
        const apart = others.map(({ place, bytes }) => ({
          body: Buffer.concat([declaration, head?.bytes ?? Buffer.from(''), bytes ?? Buffer.from('')]),
          before: place - 1 - lines,
        }));
        const readPart = async ({ body, before }: FilePart) => read(body, 'csv', { ...reading, before });
        const each = await Promise.all(apart.map(readPart));
        if (typeof whole !== 'string') {
          // A record without any value is none, and alone a file without rows.
          expect(each.flatMap((one) => (typeof one === 'string' ? [] : one))).toEqual(whole);
        } else if (others.at(-1)?.open) expect(each.at(-1)).toBe(whole);
        else expect(each.every((one) => one === whole)).toBe(true);
      },
    ),
    { numRuns: 1000, seed: 7 },
  );
});
