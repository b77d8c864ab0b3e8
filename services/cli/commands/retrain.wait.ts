import { setTimeout as sleep } from 'node:timers/promises';
import { at, listAt, numberAt, shown, textAt } from '../api/json.ts';
import { pages } from '../api/pages.ts';
import { ServerUnreachableError, TimedOutError, UnexpectedAnswerError } from '../errors.ts';
import type { Session } from '../session.ts';
import { Progress } from '../terminal/progress.ts';

/** Milliseconds between two looks: at first a small training may be over at once, later nothing is gained by haste. */
const FIRST_LOOK = 200;
const SLOWEST_LOOK = 3000;
/** Looks in a row that may fail: a server that is being restarted goes on with its retrainings. */
const PATIENCE = 5;

/**
 * Looks at a retraining until it has a verdict, telling how far it is meanwhile.
 * @throws TimedOutError after `minutes`: the retraining itself goes on.
 */
export async function awaitVerdict(
  session: Session,
  predictor: string,
  id: string,
  minutes: number,
): Promise<unknown> {
  const progress = new Progress(session.terminal.err);
  const begin = performance.now();
  let pause = FIRST_LOOK;
  let failures = 0;
  try {
    for (;;) {
      const retraining = await look(session, predictor, id).catch((error: unknown) => {
        failures++;
        if (!(error instanceof ServerUnreachableError) || failures > PATIENCE) throw error;
        return null;
      });
      if (retraining !== null) failures = 0;
      if (textAt(retraining, 'status') === 'finished') return retraining;
      const seconds = (performance.now() - begin) / 1000;
      if (seconds > minutes * 60) {
        throw new TimedOutError(
          `Retraining ${id} has no verdict after ${minutes} min. It goes on: \`hundredfold status ${predictor}\`.`,
        );
      }
      if (retraining !== null) progress.say(`${stepOf(retraining)} … ${Math.floor(seconds)} s`);
      await sleep(pause);
      pause = Math.min(SLOWEST_LOOK, pause * 1.3);
    }
  } finally {
    progress.end();
  }
}

/** The retraining in the list, which has the newest first: all but always on the first page. */
async function look(session: Session, predictor: string, id: string): Promise<unknown> {
  for await (const { json } of pages(session.api, ['predictors', predictor, 'retrainings'])) {
    const found = listAt(json, 'retrainings').find((one) => shown(at(one, 'id')) === id);
    if (found !== undefined) return found;
  }
  throw new UnexpectedAnswerError(`Retraining ${id} is not in the list of retrainings.`);
}

/** "running, fitting 3 of 10" where the trainer tells its step. */
function stepOf(retraining: unknown): string {
  const status = textAt(retraining, 'status') ?? 'requested';
  const step = textAt(retraining, 'progress', 'step');
  if (step === null) return status;
  const done = numberAt(retraining, 'progress', 'done');
  const of = numberAt(retraining, 'progress', 'of');
  return `${status}, ${step}${done === null || of === null ? '' : ` ${done} of ${of}`}`;
}
