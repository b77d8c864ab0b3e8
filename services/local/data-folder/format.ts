import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DataFolderError, systemCode } from '../local.error.ts';

const NAME = 'format';
/** Counted up when an older version could not read what this one writes. */
export const FORMAT = 1;

/**
 * To be asked before anything else is read: even the lock of a newer version may look different.
 * @throws DataFolderError data_folder_newer for a folder that a newer version made.
 */
export async function refuseNewer(folder: string): Promise<void> {
  const found = await readFormat(path.join(folder, NAME));
  if (found === null || found <= FORMAT) return;
  throw new DataFolderError(
    'data_folder_newer',
    `${folder} was made by a newer Hundredfold (format ${Number.isNaN(found) ? 'unknown' : found}; this one knows ${FORMAT}). Start it with that version, or choose another folder with --data.`,
  );
}

/** Marks the folder with the format of this version, unless it bears it already. */
export async function markFormat(folder: string): Promise<void> {
  if ((await readFormat(path.join(folder, NAME))) === FORMAT) return;
  const draft = path.join(folder, `${NAME}.new`);
  await writeFile(draft, `${FORMAT}\n`, { mode: 0o600, flush: true });
  await rename(draft, path.join(folder, NAME));
}

/** NaN for a mark that is no number: whatever wrote it knows more than we do. */
async function readFormat(file: string): Promise<number | null> {
  try {
    return Number((await readFile(file, 'utf8')).trim() || Number.NaN);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}
