// The thread that renews a training's lease, for as long as the training shows signs of life.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { DatabaseOptions, Held } from '../../database/index.ts';
import { LeaseSigns } from './lease-signs.ts';
import type { Progress } from './progress.ts';
import type { Leased } from './renew.ts';

export interface LeaseThreadData {
  readonly database: DatabaseOptions;
  readonly of: Leased;
  readonly claim: Held;
  readonly leaseSeconds: number;
  /** From one renewal to the next. */
  readonly everyMs: number;
  /** Without a sign of life for this long the lease is no longer renewed. */
  readonly stallSeconds: number;
  readonly signs: SharedArrayBuffer;
}

export type ToLeaseThread = { readonly progress: Progress } | { readonly stop: true };

const given: LeaseThreadData = workerData;
const signs = new LeaseSigns(given.signs);
const stopping = new AbortController();
let progress: Progress | null = null;

parentPort?.on('message', (message: ToLeaseThread) => {
  if ('progress' in message) progress = message.progress;
  else stopping.abort();
});

/** Is it time to renew, rather than to end? */
async function isTime(): Promise<boolean> {
  await sleep(given.everyMs, undefined, { signal: stopping.signal }).catch(() => {});
  return !stopping.signal.aborted;
}

async function keep(): Promise<void> {
  if (!(await isTime())) return;
  // Most trainings are over by now, and spared the time that loading this takes.
  const [{ openDatabase }, { renew }] = await Promise.all([
    import('../../database/index.ts'),
    import('./renew.ts'),
  ]);
  signs.isOpen = true;
  const database = openDatabase({ ...given.database, connections: 1 });
  let [beats, since] = [signs.beats, performance.now()];
  do {
    if (signs.beats !== beats) [beats, since] = [signs.beats, performance.now()];
    if (performance.now() - since < given.stallSeconds * 1000) {
      signs.end = await renew(database, given.of, given.claim, given.leaseSeconds, progress);
    }
  } while (signs.end === null && (await isTime()));
  await database.close();
}

await keep();
parentPort?.close();
