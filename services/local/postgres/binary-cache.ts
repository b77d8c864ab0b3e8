import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { systemCode } from '../local.error.ts';
import { restoreLinks } from './library-links.ts';

export interface Copy {
  readonly folder: string;
  /** Why it cannot be run, or null when it can. */
  readonly refusal: string | null;
}

type Check = (folder: string) => Promise<string | null>;

/**
 * A copy of `native` under `name` where everybody may read it, made on first use. An existing one is used only if it
 * is ours and nobody else may write to it, since we are about to run it. Copied beside and renamed: a copy that was
 * interrupted is never seen, and of two at once either will do.
 */
export async function cachedCopy(
  native: string,
  name: string,
  refusal: Check,
  report: (line: string) => void,
  caches: readonly string[] = cacheFolders(),
): Promise<Copy> {
  let last: Copy = { folder: native, refusal: 'no folder for a copy can be written' };
  for (const cache of caches) {
    try {
      last = await copyIn(cache, native, name, refusal, report);
    } catch (error) {
      last = { folder: cache, refusal: systemCode(error) || String(error) };
    }
    if (last.refusal === null) return last;
  }
  return last;
}

function cacheFolders(): string[] {
  const me = process.geteuid?.() ?? 0;
  const own = me === 0 ? '/var/cache/hundredfold' : path.join(os.homedir(), '.cache', 'hundredfold');
  return [own, path.join(os.tmpdir(), `hundredfold-cache-${me}`)];
}

async function copyIn(
  cache: string,
  native: string,
  name: string,
  refusal: Check,
  report: (line: string) => void,
): Promise<Copy> {
  await mkdir(cache, { recursive: true, mode: 0o755 });
  if (!(await isOurs(cache))) return { folder: cache, refusal: 'others may write to it' };
  const folder = path.join(cache, name);
  if ((await isOurs(folder)) && (await refusal(folder)) === null) return { folder, refusal: null };

  report(`Copying PostgreSQL to ${folder}, once …`);
  const draft = await mkdtemp(path.join(cache, '.copy-'));
  try {
    await cp(native, path.join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
    await restoreLinks(path.join(draft, 'native'));
    await openForReading(path.join(draft, 'native'));
    await rm(folder, { recursive: true, force: true });
    await rename(path.join(draft, 'native'), folder);
  } catch (error) {
    if (systemCode(error) !== 'ENOTEMPTY' && systemCode(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { folder, refusal: (await isOurs(folder)) ? await refusal(folder) : 'others may write to it' };
}

async function isOurs(folder: string): Promise<boolean> {
  try {
    const { uid, mode, isDirectory } = await statOf(folder);
    return isDirectory && uid === process.geteuid?.() && (mode & 0o022) === 0;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function statOf(folder: string) {
  const found = await lstat(folder);
  return { uid: found.uid, mode: found.mode, isDirectory: found.isDirectory() };
}

/** An npm that ran under umask 077 leaves files that only their owner may read. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(file, 0o755);
    else if (entry.isFile()) await chmod(file, ((await lstat(file)).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}
