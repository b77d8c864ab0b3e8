import type { PredictorState } from '../../../database/index.ts';
import type { Context } from '../context/context.ts';
import { follow } from './follow.ts';

/**
 * Has this process serve at least what the database says now. Called between reading and answering, so that a client
 * that reads of a new champion is answered by it from then on, although its pointer is written just after the commit.
 * A store or database that is away is logged and changes nothing: the pointers are looked at again anyway. Returns what
 * the database said; null where it said nothing, or has no such predictor.
 */
export async function catchUp(context: Context, name: string): Promise<PredictorState | null> {
  const { database, champions, log } = context;
  let state: PredictorState | null = null;
  try {
    state = await database.predictors.state(name);
    if (state !== null && champions.peek(name)?.change !== state.change) await follow(context, state);
  } catch (error) {
    log.error(`${name}: could not take over what the database says`, error);
  }
  return state;
}
