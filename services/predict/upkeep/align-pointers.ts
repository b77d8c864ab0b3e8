import type { Database } from '../../../database/index.ts';
import { type ObjectStore, writePointer } from '../../model-store/index.ts';

/** Writes the pointers that a crash between a commit and its pointer left behind. */
export async function alignPointers(
  database: Pick<Database, 'predictors'>,
  store: ObjectStore,
): Promise<void> {
  for (const state of await database.predictors.states()) await writePointer(store, state);
}
