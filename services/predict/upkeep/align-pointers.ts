import type { Database } from '../../../database/index.ts';
import { type ObjectStore, writeDeleted, writePointer } from '../../model-store/index.ts';

/** Writes the pointers that a crash between a commit and its pointer left behind, those of deleted predictors too. */
export async function alignPointers(
  database: Pick<Database, 'predictors' | 'removals'>,
  store: ObjectStore,
): Promise<void> {
  for (const state of await database.predictors.states()) await writePointer(store, state);
  for (const deletion of await database.removals.untold()) {
    await writeDeleted(store, deletion);
    await database.removals.told(deletion.id);
  }
}
