// A training process of its own, as the one that AWS or the local runtime starts; it can be stopped at any step, for the
// test to kill it there or to let it go on. Its one argument is the JSON of TrainerTask.
import { existsSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../database/index.ts';
import { retrain } from '../../services/train/index.ts';
import { watched } from '../support/watched.ts';
import { openStore, type StorePlace } from './store-place.ts';

export interface TrainerTask {
  readonly connectionString: string;
  readonly store: StorePlace;
  readonly predictor: string;
  readonly leaseSeconds: number;
  /** The step at which the process stops itself with SIGSTOP. */
  readonly stopAt?: string;
  /** The step at which the process's thread is busy for some seconds, or until a file is there, and does not look up. */
  readonly busyAt?: string;
  readonly busySeconds?: number;
  readonly busyUntil?: string;
  readonly stallSeconds?: number;
  /** When to begin, in milliseconds since 1970, so that several begin at once. */
  readonly startAt?: number;
}

const task: TrainerTask = JSON.parse(process.argv[2] ?? '');

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function at(step: string): void {
  if (step !== task.stopAt && step !== task.busyAt) return;
  say(`at ${step}`);
  if (step === task.stopAt) process.kill(process.pid, 'SIGSTOP');
  else if (task.busyUntil === undefined) busy(1000 * (task.busySeconds ?? 0));
  else while (!existsSync(task.busyUntil)) busy(50);
}

function busy(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

const database = openDatabase({ connectionString: task.connectionString, connections: 2 });
const opened = openStore(task.store);
const store = watched(opened.store, (call, [key]) => at(`${call} ${String(key).split('/')[0]}`));
const training = watched(database.training, (call) => at(call));
await database.ping();
await sleep(Math.max(0, (task.startAt ?? 0) - Date.now()));
try {
  const report = await retrain(task.predictor, {
    database: { ...database, training },
    store,
    codeVersion: 'test',
    leaseSeconds: task.leaseSeconds,
    renewFrom: { connectionString: task.connectionString },
    ...(task.stallSeconds === undefined ? {} : { stallSeconds: task.stallSeconds }),
    report: ({ step, done }) => at(`${step} ${done}`),
  });
  say(`done ${JSON.stringify(report)}`);
} catch (error) {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  say(`threw ${code}`);
}
await database.close();
opened.close();
