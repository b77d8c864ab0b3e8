import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from './file-error.ts';
import { PARTIAL } from './partial.ts';

/**
 * The keys below `root` that start with `prefix`, in key order. Folders are read as they are come to, and none that the
 * prefix leaves out.
 */
export async function* keysBelow(root: string, prefix: string): AsyncGenerator<string> {
  const slash = prefix.lastIndexOf('/') + 1;
  yield* keysIn(root, prefix.slice(0, slash), prefix.slice(slash));
}

/** @param folder as keys begin, with its slash; empty for the root */
async function* keysIn(root: string, folder: string, start: string): AsyncGenerator<string> {
  for (const name of await namesIn(path.join(root, folder))) {
    if (!name.startsWith(start)) continue;
    if (name.endsWith('/')) yield* keysIn(root, folder + name, '');
    else yield folder + name;
  }
}

/** In the order of the keys that they begin: a folder's name is compared with its slash. */
async function namesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.name.includes(PARTIAL))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}
