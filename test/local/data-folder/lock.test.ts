import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { takeLock } from '../../../services/local/data-folder/lock.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

function dead(number: number): { text: string; nonce: string } {
  const nonce = `${String(number).padStart(8, '0')}-1111-1111-1111-111111111111`;
  return { nonce, text: JSON.stringify({ pid: 1, started: 'long ago', nonce }) };
}

test('of many who want a dead holder’s lock at once exactly one gets it, time after time', async () => {
  for (let round = 0; round < 12; round++) {
    await writeFile(path.join(folder.path, 'lock'), dead(round).text);
    const answers = await Promise.allSettled(Array.from({ length: 6 }, () => takeLock(folder.path)));
    const won = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
    expect(won).toHaveLength(1);
    await won[0]?.release();
    expect(await readdir(folder.path)).toEqual([]);
  }
});

test('a successor that died before it was in place is succeeded in turn', async () => {
  const [first, second, third] = [dead(1), dead(2), dead(3)];
  await writeFile(path.join(folder.path, 'lock'), first.text);
  await writeFile(path.join(folder.path, `lock.after-${first.nonce}`), second.text);
  await writeFile(path.join(folder.path, `lock.after-${second.nonce}`), third.text);
  const lock = await takeLock(folder.path);
  expect(await readdir(folder.path)).toEqual(['lock']);
  await lock.release();
});

test('a lock that holds no holder, after a power cut say, is taken over', async () => {
  await writeFile(path.join(folder.path, 'lock'), '');
  await (await takeLock(folder.path)).release();
  expect(await readdir(folder.path)).toEqual([]);
});
