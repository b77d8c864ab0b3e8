import { at, listAt, shown } from '../api/json.ts';
import { pages } from '../api/pages.ts';
import { UnexpectedAnswerError } from '../errors.ts';
import type { Session } from '../session.ts';
import { awaitFinished } from './wait.ts';

/**
 * Looks at a retraining until it has a verdict, telling how far it is meanwhile.
 * @throws TimedOutError after `minutes`: the retraining itself goes on.
 */
export function awaitVerdict(
  session: Session,
  predictor: string,
  id: string,
  minutes: number,
  since: number,
): Promise<unknown> {
  return awaitFinished(session, {
    look: () => look(session, predictor, id),
    minutes,
    since,
    late: `Retraining ${id} has no verdict after ${minutes} min. It goes on: \`hundredfold status ${predictor}\`.`,
  });
}

/** The retraining in the list, which has the newest first: all but always on the first page. */
async function look(session: Session, predictor: string, id: string): Promise<unknown> {
  for await (const { json } of pages(session.api, ['predictors', predictor, 'retrainings'])) {
    const found = listAt(json, 'retrainings').find((one) => shown(at(one, 'id')) === id);
    if (found !== undefined) return found;
  }
  throw new UnexpectedAnswerError(`Retraining ${id} is not in the list of retrainings.`);
}
