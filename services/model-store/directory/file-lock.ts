import { createHash } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelStoreError } from '../errors.ts';
import { codeOf } from './file-error.ts';

/** Held for one read and one rename; who holds it longer has died. */
const STALE_MS = 10_000;
const GIVE_UP_MS = 15_000;

/**
 * Runs `work` while no other process or thread on this machine runs one under the same lock file. A lock left by a
 * process that died is taken over. (Asking whether its process lives would mislead containers that share a folder.)
 */
export async function holdingLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${Math.random()}`;
  const until = Date.now() + GIVE_UP_MS;
  while (!(await create(lock, mine))) {
    if (Date.now() > until) throw new ModelStoreError('store_locked', `${lock} stays locked.`);
    await removeIfStale(lock);
    await sleep(2 + Math.random() * 8);
  }
  try {
    return await work();
  } finally {
    // Not ours any more if it was taken over.
    if ((await readFile(lock, 'utf8').catch(() => '')) === mine) await rm(lock, { force: true });
  }
}

async function create(file: string, content: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return false;
  }
}

/**
 * Two that find a stale lock must not both remove it: the second would remove the lock that the first then made. So
 * one that wants to remove it makes a file named after what the lock holds, and looks once more.
 */
async function removeIfStale(lock: string): Promise<void> {
  const holder = await staleHolder(lock);
  if (holder === null) return;
  const claim = `${lock}-${createHash('sha256').update(holder).digest('hex').slice(0, 16)}`;
  if (!(await create(claim, ''))) {
    if ((await staleHolder(claim)) !== null) await rm(claim, { force: true });
    return;
  }
  try {
    if ((await staleHolder(lock)) === holder) await rm(lock, { force: true });
  } finally {
    await rm(claim, { force: true });
  }
}

/** What a lock that is too old holds; null for one that is not, or is gone. */
async function staleHolder(lock: string): Promise<string | null> {
  const held = await stat(lock).catch(() => null);
  if (held === null || Date.now() - held.mtimeMs <= STALE_MS) return null;
  return readFile(lock, 'utf8').catch(() => null);
}
