import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { refuseClosedParent } from '../../../services/local/postgres/closed-parent.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';

const STRANGER = { uid: 65534, gid: 65534 };
let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

test('a parent that the account cannot enter is refused by name', async () => {
  const cluster = path.join(folder.path, 'data', 'postgres');
  await expect(refuseClosedParent(cluster, STRANGER, cluster)).rejects.toMatchObject({
    code: 'data_folder_parent_closed',
    message: expect.stringContaining(`chmod o+x ${folder.path})`),
  });
});

test('the data folder alone is opened for passing through', async () => {
  await chmod(folder.path, 0o755);
  const cluster = path.join(folder.path, 'own', 'postgres');
  await refuseClosedParent(cluster, STRANGER, cluster);
  expect((await stat(path.dirname(cluster))).mode & 0o777).toBe(0o711);
  await expect(stat(cluster)).rejects.toThrow('ENOENT');
});

test('nothing is opened where the working folder stands in for the path, or nobody else is asked', async () => {
  const cluster = path.join(folder.path, 'closed', 'postgres');
  await mkdir(path.dirname(cluster), { mode: 0o700 });
  await refuseClosedParent(cluster, STRANGER, '/proc/self/cwd');
  await refuseClosedParent(cluster, null, cluster);
  expect((await stat(path.dirname(cluster))).mode & 0o777).toBe(0o700);
});
