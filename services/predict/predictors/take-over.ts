import type { Context } from '../context/context.ts';
import { follow } from './follow.ts';
import { storedPredictor } from './serving-predictor.ts';

/**
 * Brings the store and this process in line with what the database just committed. When the store is away the commit
 * stands, and the same call again (or the upkeep) finishes the work.
 * @throws ModelStoreError
 */
export async function takeOver(context: Context, name: string): Promise<void> {
  await follow(context, await storedPredictor(context.database, name));
}
