// The thread that renews a training's lease, for as long as the training shows signs of life.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { DatabaseOptions, Held } from '../../database/index.ts';
import { LeaseSigns } from './lease-signs.ts';
import type { Progress } from './progress.ts';
import type { Leased } from './renew.ts';
import type { TimeLimit } from './time-limit.ts';

export interface LeaseThreadData {
  readonly database: DatabaseOptions;
  readonly of: Leased;
  readonly claim: Held;
  readonly leaseSeconds: number;
  /** From one renewal to the next. */
  readonly everyMs: number;
  /** Without a sign of life for this long the lease is no longer renewed. */
  readonly stallSeconds: number;
  readonly timeLimit: TimeLimit | undefined;
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

/** What it is time for. */
async function next(): Promise<'renewal' | 'last moment' | 'end'> {
  const { everyMs, timeLimit } = given;
  const left = (timeLimit?.atLast ?? Number.POSITIVE_INFINITY) - Date.now();
  await sleep(Math.max(0, Math.min(everyMs, left)), undefined, { signal: stopping.signal }).catch(() => {});
  if (stopping.signal.aborted) return 'end';
  return timeLimit !== undefined && Date.now() >= timeLimit.atLast ? 'last moment' : 'renewal';
}

async function keep(): Promise<void> {
  let now = await next();
  if (now === 'end') return;
  // Most trainings are over by now, and spared the time that loading this takes.
  const [{ openDatabase }, { renew, giveUp }] = await Promise.all([
    import('../../database/index.ts'),
    import('./renew.ts'),
  ]);
  signs.isOpen = true;
  const database = openDatabase({ ...given.database, connections: 1 });
  let [beats, since] = [signs.beats, performance.now()];
  do {
    if (signs.beats !== beats) [beats, since] = [signs.beats, performance.now()];
    if (now === 'last moment' && given.timeLimit !== undefined) {
      await giveUp(database, given.of, given.claim, given.timeLimit);
      signs.end = 'lost';
    } else if (performance.now() - since < given.stallSeconds * 1000) {
      signs.end = await renew(database, given.of, given.claim, given.leaseSeconds, progress);
    }
    if (signs.end === null) now = await next();
  } while (signs.end === null && now !== 'end');
  await database.close();
}

await keep();
parentPort?.close();
