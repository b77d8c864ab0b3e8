import { setTimeout as sleep } from 'node:timers/promises';
import { BadObjectError, ModelStoreError } from '../errors.ts';
import { Attempt } from './attempt.ts';
import { causeOf, type Fault, faultOf } from './fault.ts';
import type { S3Limits } from './s3.settings.ts';

/** A call as an error names it: what was to be done, and with which object. */
export interface CallName {
  readonly what: 'read' | 'write' | 'delete' | 'list';
  readonly place: string;
}

/** How a call ended: with its answer, or with a fault that the store has to understand. */
export type Outcome<T> =
  | { readonly answer: T }
  | {
      readonly means: 'absent' | 'unchanged' | 'precondition';
      /** An attempt before this one may have done its work although its answer never came. */
      readonly uncertain: boolean;
    };

/** Conflicts end by themselves; whoever loses so many in a row has lost. */
const CONFLICTS = 12;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/**
 * Calls S3 until it answers, a fault is final, or the attempts or the time are used up.
 *
 * @throws ModelStoreError saying what could not be done where, why, and what to do about it
 */
export async function callS3<T>(
  name: CallName,
  limits: Pick<S3Limits, 'operation' | 'attempts'>,
  work: (attempt: Attempt) => Promise<T>,
): Promise<Outcome<T>> {
  const until = Date.now() + limits.operation;
  let uncertain = false;
  for (let tries = 0, conflicts = 0; ; ) {
    const ended = await attempted(until, work);
    if ('answer' in ended) return ended;
    const { fault, error } = ended;
    if (fault.means === 'absent' || fault.means === 'unchanged' || fault.means === 'precondition') {
      return { means: fault.means, uncertain };
    }
    if (fault.means === 'conflict') conflicts += 1;
    else tries += 1;
    uncertain ||= fault.means === 'again';
    const pause = pauseAfter(tries + conflicts);
    const isOver = tries >= limits.attempts || conflicts >= CONFLICTS || Date.now() + pause >= until;
    if (isOver || fault.means === 'final') {
      if (fault.means === 'conflict') return { means: 'precondition', uncertain };
      throw storeError(name, fault, error);
    }
    await sleep(pause);
  }
}

async function attempted<T>(
  until: number,
  work: (attempt: Attempt) => Promise<T>,
): Promise<{ readonly answer: T } | { readonly fault: Fault; readonly error: unknown }> {
  try {
    return { answer: await new Attempt(Math.max(1, until - Date.now())).run(work) };
  } catch (error) {
    return { fault: faultOf(error), error };
  }
}

/** Full jitter, so that those who failed together do not come back together. */
function pauseAfter(turn: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (turn - 1));
}

function storeError({ what, place }: CallName, { code, means, why }: Fault, error: unknown): ModelStoreError {
  const message = `Could not ${what} ${place}: ${why}`;
  const cause = causeOf(error);
  if (means === 'damaged') return new BadObjectError(message, { cause });
  return new ModelStoreError(code, message, { cause });
}
