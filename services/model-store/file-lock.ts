import { open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ModelStoreError } from './errors.ts';

/** Held for one read and one rename; who holds it longer has died. */
const STALE_MS = 10_000;
const GIVE_UP_MS = 15_000;

/**
 * Runs `work` while no other process or thread on this machine runs one under the same lock file. A lock left by a
 * process that died is taken over.
 */
export async function holdingLock<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const mine = `${process.pid} ${Math.random()}`;
  const until = Date.now() + GIVE_UP_MS;
  while (!(await take(lock, mine))) {
    if (Date.now() > until) throw new ModelStoreError('store_locked', `${lock} stays locked.`);
    await sleep(2 + Math.random() * 8);
  }
  try {
    return await work();
  } finally {
    // Not ours any more if it was taken over.
    if ((await readFile(lock, 'utf8').catch(() => '')) === mine) await rm(lock, { force: true });
  }
}

async function take(lock: string, mine: string): Promise<boolean> {
  try {
    const handle = await open(lock, 'wx', 0o600);
    await handle.writeFile(mine);
    await handle.close();
    return true;
  } catch (error) {
    if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST'))
      throw error;
    const held = await stat(lock).catch(() => null);
    if (held !== null && Date.now() - held.mtimeMs > STALE_MS) await rm(lock, { force: true });
    return false;
  }
}
