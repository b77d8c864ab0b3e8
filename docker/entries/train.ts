// What the train image runs: `index.handler` under Lambda, `serve` and `task` under the executables of these names. The
// thread that renews a training's lease is this file too.
import { isMainThread, workerData } from 'node:worker_threads';

type Variables = Readonly<Record<string, string | undefined>>;

const isLeaseThread = !isMainThread && Object.hasOwn(Object(workerData), 'signs');

// A thread that only renews a lease needs nothing of the rest.
const front = isLeaseThread ? null : await import('../../services/train/lambda.ts');
if (isLeaseThread) await import('../../services/train/lease-thread.ts');

export const handler = front?.handler;

/** Carries out what the database asks for, until it is told to end. */
export async function serve(variables: Variables): Promise<void> {
  const server = await import('../../services/train/server.ts');
  await server.serve(variables);
}

/** Carries out one training and ends. */
export async function task(variables: Variables, args: readonly string[]): Promise<void> {
  const program = await import('../../services/train/task.ts');
  await program.task(variables, args);
}
