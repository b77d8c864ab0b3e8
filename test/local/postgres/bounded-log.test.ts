import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BoundedLog } from '../../../services/local/postgres/bounded-log.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

test('the log keeps the newest lines, in two files of at most the limit', async () => {
  const file = path.join(folder.path, 'log');
  const log = new BoundedLog(file, 100);
  for (let line = 0; line < 50; line++) log.write(`line ${line}, ten more\n`);
  const [newest, older] = [await readFile(file, 'utf8'), await readFile(`${file}.1`, 'utf8')];
  expect(newest.length).toBeLessThanOrEqual(100);
  expect(older.length).toBeLessThanOrEqual(100);
  expect(older + newest).toMatch(/line 48, ten more\nline 49, ten more\n$/);
});

test('a log of an earlier start is continued', async () => {
  const file = path.join(folder.path, 'continued');
  new BoundedLog(file).write('one\n');
  new BoundedLog(file).write('two\n');
  expect(await readFile(file, 'utf8')).toBe('one\ntwo\n');
});

test('a log that cannot be written loses its lines, not its writer', () => {
  const log = new BoundedLog(path.join(folder.path, 'missing', 'log'));
  log.write('one\n');
  expect(log.lastLines()).toContain('one');
});
