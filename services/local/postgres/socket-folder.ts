import { chown, lstat, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemCode } from '../local.error.ts';
import type { Account } from './account.ts';
import { firstClosedFolder } from './traversal.ts';

const PREFIX = 'hundredfold-socket-';
/** The kernel takes 107 bytes (103 on macOS) for a socket's path; the socket's own name is 16 of them. */
const LONGEST = 84;

/**
 * A private folder (0700) for the server's socket: whoever cannot enter it cannot connect. It lies under the
 * system's temporary folder, since a data folder's path may be longer than a socket's may. Its path is written to
 * `record`, so that the next start removes what a crash left.
 */
export async function createSocketFolder(record: string, account: Account | null): Promise<string> {
  await removeSocketFolder(record);
  const folder = await mkdtemp(path.join(await parentFor(account), `${PREFIX}${process.pid}-`));
  await writeFile(record, folder, { mode: 0o600 });
  if (account !== null) await chown(folder, account.uid, account.gid);
  return folder;
}

async function parentFor(account: Account | null): Promise<string> {
  const preferred = os.tmpdir();
  const fits = Buffer.byteLength(path.join(preferred, `${PREFIX}4194304-XXXXXX`)) <= LONGEST;
  const open = account === null || (await firstClosedFolder(preferred, account)) === null;
  return fits && open ? preferred : '/tmp';
}

/**
 * Removes the folder that `record` names, and the record. Only a folder of our naming goes, and in it only a
 * socket's two files: the record is a file like any other and may have been tampered with.
 */
export async function removeSocketFolder(record: string): Promise<void> {
  const folder = await recorded(record);
  if (folder !== null && path.basename(folder).startsWith(PREFIX) && (await isFolder(folder))) {
    for (const name of await readdir(folder)) {
      if (name.startsWith('.s.PGSQL.')) await rm(path.join(folder, name), { force: true });
    }
    try {
      await rmdir(folder);
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY'].includes(systemCode(error))) throw error;
    }
  }
  await rm(record, { force: true });
}

async function recorded(record: string): Promise<string | null> {
  try {
    return await readFile(record, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await lstat(folder)).isDirectory();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
