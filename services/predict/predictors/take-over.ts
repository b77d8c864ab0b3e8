import { writePointer } from '../../model-store/index.ts';
import type { Context } from '../context.ts';
import { storedPredictor } from '../serving-predictor.ts';

/**
 * Brings the store and this process in line with what the database just committed. When the store is away the commit
 * stands, and the same call again (or the upkeep) finishes the work.
 * @throws ModelStoreError
 */
export async function takeOver({ database, store, champions }: Context, name: string): Promise<void> {
  await writePointer(store, await storedPredictor(database, name));
  await champions.refresh(name);
}
