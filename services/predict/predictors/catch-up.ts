import type { Context } from '../context.ts';
import { follow } from './follow.ts';

/**
 * Has this process serve at least what the database says now. Called between reading and answering, so that a client
 * that reads of a new champion is answered by it from then on, although its pointer is written just after the commit.
 * A store or database that is away is logged and changes nothing: the pointers are looked at again anyway.
 */
export async function catchUp(context: Context, name: string): Promise<void> {
  const { database, champions, log } = context;
  try {
    const state = await database.predictors.state(name);
    if (state === null || champions.peek(name)?.change === state.change) return;
    await follow(context, state);
  } catch (error) {
    log.error(`${name}: could not take over what the database says`, error);
  }
}
