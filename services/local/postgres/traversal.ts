import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';

/**
 * The first folder on the way to `target`, itself included, that `account` may not enter; null when all are open.
 * Judged by owner, group and mode, as the kernel does where no access lists are in play.
 */
export async function firstClosedFolder(target: string, account: Account): Promise<string | null> {
  const real = await realpath(target);
  const steps = real.split(path.sep).filter((step) => step !== '');
  for (let depth = 0; depth <= steps.length; depth++) {
    const folder = path.sep + steps.slice(0, depth).join(path.sep);
    if (!mayEnter(await stat(folder), account)) return folder;
  }
  return null;
}

function mayEnter(folder: { uid: number; gid: number; mode: number }, account: Account): boolean {
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
