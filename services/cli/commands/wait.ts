import { setTimeout as sleep } from 'node:timers/promises';
import { numberAt, textAt } from '../api/json.ts';
import { comeAgainIn } from '../api/refusal.ts';
import { ServerUnreachableError, TimedOutError } from '../errors.ts';
import type { Session } from '../session.ts';
import { Progress } from '../terminal/progress.ts';

/** Milliseconds between two looks: at first small work may be over at once, later nothing is gained by haste. */
const FIRST_LOOK = 200;
const SLOWEST_LOOK = 3000;
/** Looks in a row that may fail: a server that is being restarted goes on with its trainings. */
const PATIENCE = 5;

/** What is waited for. */
export interface Awaited {
  /** Asks the server how it stands; the answer's `status` is `finished` in the end. */
  readonly look: () => Promise<unknown>;
  readonly minutes: number;
  /** When waiting began, by `performance.now()`: asking for the work is part of it. */
  readonly since: number;
  /** What to say when that was not enough. */
  readonly late: string;
}

/**
 * Looks at work that the trainer does until it is finished, telling how far it is meanwhile. A server that asks to come
 * again later, as it does while its database is away, is asked again for as long as there is time.
 * @throws TimedOutError: the work itself goes on.
 */
export async function awaitFinished(
  session: Session,
  { look, minutes, since, late }: Awaited,
): Promise<unknown> {
  const progress = new Progress(session.terminal.err);
  let pause = FIRST_LOOK;
  let failures = 0;
  try {
    for (;;) {
      let askedToWait = 0;
      const found = await look().catch((error: unknown) => {
        const again = comeAgainIn(error);
        if (again !== null) {
          askedToWait = again.seconds * 1000;
          return { status: again.why };
        }
        failures++;
        if (!(error instanceof ServerUnreachableError) || failures > PATIENCE) throw error;
        return null;
      });
      if (found !== null) failures = 0;
      if (textAt(found, 'status') === 'finished') return found;
      const seconds = (performance.now() - since) / 1000;
      const left = minutes * 60 - seconds;
      if (left < 0) throw new TimedOutError(late);
      if (found !== null) progress.say(`${stepOf(found)} … ${Math.floor(seconds)} s`);
      await sleep(Math.max(pause, Math.min(askedToWait, left * 1000)));
      pause = Math.min(SLOWEST_LOOK, pause * 1.3);
    }
  } finally {
    progress.end();
  }
}

/** "running, fitting 3 of 10" where the trainer tells its step. */
function stepOf(work: unknown): string {
  const status = textAt(work, 'status') ?? 'requested';
  const step = textAt(work, 'progress', 'step');
  if (step === null) return status;
  const done = numberAt(work, 'progress', 'done');
  const of = numberAt(work, 'progress', 'of');
  return `${status}, ${step}${done === null || of === null ? '' : ` ${done} of ${of}`}`;
}
