import type { Database } from '../../database/index.ts';
import { type ObjectStore, writeDeleted, writePointer } from '../model-store/index.ts';
import { alignKeys } from '../model-store/keys-object.ts';
import { finishRemovals } from './finish-removals.ts';

/** A retry with the same key is answered for at least a day; so long the parts of an import are kept, too. */
const KEEP_KEYS_HOURS = 25;

export interface UpkeepStep {
  /** As a problem with it is called. */
  readonly name: string;
  /** Whoever looks every few seconds does it once an hour. */
  readonly isHourly: boolean;
  readonly work: () => Promise<unknown>;
}

/**
 * What a crash or a lost message may have left undone, and what has become old: looked after by a timer on a machine and by
 * the sweep on AWS, in this order. Any number of processes may do so at a time.
 */
export function upkeepSteps(database: Database, store: ObjectStore, isLate: () => boolean): UpkeepStep[] {
  const step = (name: string, work: () => Promise<unknown>, isHourly = false) => ({ name, isHourly, work });
  return [
    step('pointers', () => alignPointers(database, store)),
    step('removals', () => finishRemovals(database, isLate)),
    step('API keys', () => alignKeys(database, store)),
    step('idempotency keys', () => database.idempotency.purge(KEEP_KEYS_HOURS), true),
    step('parts of imports', () => database.importParts.purge(KEEP_KEYS_HOURS), true),
  ];
}

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
