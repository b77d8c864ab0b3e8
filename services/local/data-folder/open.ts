import { access, constants, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DataFolderError, systemCode } from '../local.error.ts';
import { markFormat, refuseNewer } from './format.ts';
import { takeLock } from './lock.ts';

/** The folder that holds everything, ours until it is closed. */
export interface DataFolder {
  readonly path: string;
  /** The cluster's folder, for `startPostgres`. */
  readonly postgres: string;
  /** Where models and spooled predictions live. */
  readonly store: string;
  /** Lets another start use the folder; may be called again. */
  close(): Promise<void>;
}

/**
 * Opens `folder`, which is made (0700) where it is missing, for this process alone.
 * @throws DataFolderError data_folder_in_use, data_folder_not_writable, data_folder_newer
 */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const full = path.resolve(folder);
  await ensureWritable(full);
  await refuseNewer(full);
  const lock = await takeLock(full);
  try {
    await markFormat(full);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    path: full,
    postgres: path.join(full, 'postgres'),
    store: path.join(full, 'store'),
    close: () => lock.release(),
  };
}

async function ensureWritable(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    if (!(await stat(folder)).isDirectory()) throw new Error('not a folder');
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    // Root passes every check of modes, also on a file system that is mounted read-only.
    const probe = path.join(folder, `.writable-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (cause) {
    throw new DataFolderError(
      'data_folder_not_writable',
      `${folder} cannot be written to (${cause instanceof Error ? cause.message : cause}). Choose another folder with --data.`,
      { cause },
    );
  }
}

/**
 * Makes `folder` and the parents that it lacks, for their owner alone (0700); one that is there is left as it is.
 * Not `mkdir` with `recursive`: on file systems that refuse new folders with ENOENT (/proc) Node never returns from it.
 * @throws the system's error.
 */
async function makeFolder(folder: string): Promise<void> {
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
