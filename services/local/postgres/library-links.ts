import { lstat, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../local.error.ts';

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the library links (`libpq.so.5` → `libpq.so.5.17`) that npm cannot pack and that the package's own install
 * script is to make: with `ignore-scripts` it never ran. False when one is missing and cannot be made here.
 */
export async function restoreLinks(native: string): Promise<boolean> {
  for (const { source, target } of await listedLinks(native)) {
    try {
      await lstat(target);
    } catch {
      try {
        await symlink(path.basename(source), target);
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') return false;
      }
    }
  }
  return true;
}

/** `pg-symlinks.json` names them as `native/lib/…`; a package without links has no such file. */
async function listedLinks(native: string): Promise<Link[]> {
  let listed: unknown;
  try {
    listed = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8'));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
  if (!Array.isArray(listed)) return [];
  return listed.filter(isLink).map(({ source, target }) => ({
    source: path.resolve(native, '..', source),
    target: path.resolve(native, '..', target),
  }));
}

function isLink(value: unknown): value is Link {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  );
}
