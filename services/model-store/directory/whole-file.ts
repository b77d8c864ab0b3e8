import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './file-error.ts';
import { partialName } from './partial.ts';

/**
 * Writes a file beside its place, flushed. Whoever moves it there afterwards calls `flushFolder`.
 * @returns its path; nothing is left of it when writing fails
 */
export async function writeBeside(file: string, body: Uint8Array): Promise<string> {
  const partial = partialName(file);
  const handle = await open(partial, 'wx', 0o600);
  try {
    await handle.writeFile(body);
    await handle.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return partial;
}

/** Makes a folder with those above it, for ourselves alone. (Node's own `recursive` hides why it failed.) */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, 0o700);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT') throw error;
    await makeFolder(path.dirname(folder));
    return makeFolder(folder);
  }
  await flushFolder(path.dirname(folder));
}

/** A name that was made or taken away is so on disk only once its folder is. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
