import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../local.error.ts';

/**
 * Makes `folder` and the parents that it lacks, for their owner alone (0700); one that is there is left as it is.
 * Not `mkdir` with `recursive`: on file systems that refuse new folders with ENOENT (/proc) Node never returns from it.
 * @throws the system's error.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await made(folder)) return;
  await makeFolder(path.dirname(folder));
  await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
}

/** False when the parent is missing. */
async function made(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 }).catch(unlessThere);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' || path.dirname(folder) === folder) throw error;
    return false;
  }
}

function unlessThere(error: unknown): void {
  if (systemCode(error) !== 'EEXIST') throw error;
}
