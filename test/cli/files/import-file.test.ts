import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ImportFile, openImport } from '../../../services/cli/files/import-file.ts';
import type { Input } from '../../../services/cli/terminal/terminal.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';

let folder: TemporaryFolder;
let file: string;
let opened: ImportFile;
const nothing: Input = { isTTY: false, async *[Symbol.asyncIterator]() {} };

beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder.path, 'rows.csv');
  await writeFile(file, 'x'.repeat(600_000));
  opened = await openImport(file, nothing);
});
afterEach(async () => {
  await opened.close();
  await folder.remove();
});

async function contentOf(): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of opened.content()) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a file that is hashed, then sent', () => {
  test('is sent as it was hashed, also when it has grown meanwhile', async () => {
    await appendFile(file, 'more');
    expect(opened.size).toBe(600_000);
    expect((await contentOf()) === 'x'.repeat(600_000)).toBe(true);
  });

  test('is not sent to its end when it was changed meanwhile', async () => {
    await writeFile(file, 'y'.repeat(600_000));
    const pieces: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of opened.content()) pieces.push(piece);
    })();
    await expect(reading).rejects.toThrow('changed while it was read');
    expect(Buffer.concat(pieces).length).toBeLessThan(600_000);
  });

  test('is not sent to its end when it was cut meanwhile', async () => {
    await writeFile(file, 'x'.repeat(300_000));
    await expect(contentOf()).rejects.toThrow('changed while it was read');
  });
});
