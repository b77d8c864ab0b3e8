import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSocketFolder, removeSocketFolder } from '../../../services/local/postgres/socket-folder.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { watchForLeaks } from '../../support/leaks.ts';

const leaks = await watchForLeaks();
let folder: TemporaryFolder;
let record: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  record = path.join(folder.path, 'postgres.socket');
});
afterAll(async () => {
  await removeSocketFolder(record);
  await folder.remove();
  await leaks.assertNone();
});

test('the folder is private, and its path short enough for a socket', async () => {
  const made = await createSocketFolder(record, null);
  expect((await stat(made)).mode & 0o777).toBe(0o700);
  expect(path.join(made, '.s.PGSQL.5432').length).toBeLessThan(100);
});

test('a new one replaces what a crash left', async () => {
  const left = await readFile(record, 'utf8');
  await writeFile(path.join(left, '.s.PGSQL.5432.lock'), '');
  expect(await createSocketFolder(record, null)).not.toBe(left);
  await expect(stat(left)).rejects.toThrow('ENOENT');
});

test('a record that somebody changed removes nothing of theirs', async () => {
  await removeSocketFolder(record);
  const foreign = path.join(folder.path, 'precious');
  await mkdir(foreign);
  await writeFile(record, foreign);
  await removeSocketFolder(record);
  expect((await stat(foreign)).isDirectory()).toBe(true);
});
