import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { openDataFolder } from '../../../services/local/data-folder/open.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { watchForLeaks } from '../../support/leaks.ts';
import { type StartedProcess, startProcess } from '../../support/process.ts';

const leaks = await watchForLeaks();
let parent: TemporaryFolder;
const openers: StartedProcess[] = [];
beforeAll(async () => {
  parent = await temporaryFolder();
});
afterEach(async () => {
  await Promise.all(openers.splice(0).map((started) => started.kill()));
});
afterAll(async () => {
  await chmod(parent.path, 0o700);
  await parent.remove();
  await leaks.assertNone();
});

function opener(folder: string, moment = 0): StartedProcess {
  const started = startProcess({
    command: process.execPath,
    args: ['test/local/data-folder/opener.ts', folder, String(moment)],
  });
  openers.push(started);
  return started;
}

describe('a data folder', () => {
  test('is made where it is missing, for its owner alone', async () => {
    const folder = path.join(parent.path, 'new', 'deep');
    const data = await openDataFolder(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect(data.postgres).toBe(path.join(folder, 'postgres'));
    await data.close();
    await data.close();
    expect(await readdir(folder)).toEqual(['format']);
  });

  test('is refused to a second start, naming the process that has it', async () => {
    const folder = path.join(parent.path, 'held');
    const holder = opener(folder);
    await holder.waitForLine(/opened/);
    await expect(openDataFolder(folder)).rejects.toMatchObject({
      code: 'data_folder_in_use',
      message: expect.stringContaining(`process ${holder.pid}.`),
    });
    holder.signal('SIGTERM');
    await holder.exited;
    await (await openDataFolder(folder)).close();
  });

  test('is taken over from a start that was killed', async () => {
    const folder = path.join(parent.path, 'killed');
    const holder = opener(folder);
    await holder.waitForLine(/opened/);
    await holder.kill();
    await holder.exited;
    await (await openDataFolder(folder)).close();
    expect(await readdir(folder)).toEqual(['format']);
  });

  test('is taken over from a process whose number was given to another', async () => {
    const folder = path.join(parent.path, 'reused');
    await mkdir(folder);
    const lock = {
      pid: process.ppid,
      started: 'another time',
      nonce: '11111111-1111-1111-1111-111111111111',
    };
    await writeFile(path.join(folder, 'lock'), JSON.stringify(lock));
    await (await openDataFolder(folder)).close();
  });

  test('goes to exactly one of several starts at the same moment, also over a dead lock', async () => {
    const folder = path.join(parent.path, 'race');
    const dead = opener(folder);
    await dead.waitForLine(/opened/);
    await dead.kill();
    const moment = Date.now() + 1_500;
    const starts = Array.from({ length: 4 }, () => opener(folder, moment));
    const answers = await Promise.all(starts.map((start) => start.waitForLine(/opened|data_folder_.*/)));
    const [winner] = starts.filter((_, index) => answers[index]?.[0] === 'opened');
    expect(answers.map(([line]) => line).filter((line) => line !== 'opened')).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining(`in use by process ${winner?.pid}.`)),
    );
  });

  test('that a newer version made is refused, saying so', async () => {
    const folder = path.join(parent.path, 'newer');
    await mkdir(folder);
    await writeFile(path.join(folder, 'format'), '2\n');
    await writeFile(path.join(folder, 'lock'), 'in words that only the newer version knows');
    await expect(openDataFolder(folder)).rejects.toMatchObject({
      code: 'data_folder_newer',
      message: expect.stringContaining('newer Hundredfold (format 2'),
    });
    expect(await readdir(folder)).toEqual(['format', 'lock']);
  });

  test('that is a file is refused', async () => {
    const file = path.join(parent.path, 'file');
    await writeFile(file, '');
    await expect(openDataFolder(file)).rejects.toMatchObject({ code: 'data_folder_not_writable' });
  });

  test('on a file system that cannot be written to is refused, to root too', async () => {
    const readOnly = process.platform === 'linux' ? '/proc/hundredfold' : '/System/hundredfold';
    await expect(openDataFolder(readOnly)).rejects.toMatchObject({
      code: 'data_folder_not_writable',
      message: expect.stringContaining('--data'),
    });
  });
});
