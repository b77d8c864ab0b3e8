import type { Database, PredictorState, PruningRules } from '../../database/index.ts';
import { modelsPrefix, type ObjectStore, readPointer } from '../model-store/index.ts';

export interface PruneOptions {
  readonly database: Pick<Database, 'predictors' | 'models' | 'removals'>;
  readonly store: ObjectStore;
  readonly rules?: Partial<Omit<PruningRules, 'named'>>;
}

export interface PruneReport {
  /** Models whose artifacts were given up in this round. */
  readonly pruned: readonly { readonly predictor: string; readonly model: number }[];
  /** Objects removed: theirs, those that an earlier round left, those that no model has, those of deleted predictors. */
  readonly removed: number;
}

const RULES = { keep: 20, keepDays: 30, rollbackDays: 30 };

/** A trainer that was under way when its predictor was deleted may still store its model: looked for so long. */
const DELETED_DAYS = 7;

/** Keys that the database is asked about at once. */
const KEYS = 1000;

/**
 * Gives up the artifacts of old models that nothing can need any more. First the registry says so, then the objects are
 * removed: what a crash leaves in between, the next round finds by looking through the store. Of predictors that were deleted
 * all go.
 *
 * @throws the first error that a predictor made, after the others had their turn
 */
export async function prune({ database, store, rules }: PruneOptions): Promise<PruneReport> {
  const pruned: { predictor: string; model: number }[] = [];
  const errors: unknown[] = [];
  let removed = 0;
  for (const predictor of await database.predictors.states()) {
    try {
      const named = await namedModels(store, predictor);
      const versions = await database.models.prune(predictor.id, { ...RULES, ...rules, named });
      pruned.push(...versions.map((model) => ({ predictor: predictor.name, model })));
      removed += await removeObjects(database, store, predictor);
    } catch (error) {
      errors.push(error);
    }
  }
  for (const deleted of await database.removals.unpruned(DELETED_DAYS)) {
    try {
      removed += await removeDeleted(store, deleted);
      await database.removals.pruned(deleted.id);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return { pruned, removed };
}

/** All objects of models that were made before it was deleted: one of the same name that is made again goes on from their number. */
async function removeDeleted(
  store: ObjectStore,
  { name, lastVersion }: { readonly name: string; readonly lastVersion: number },
): Promise<number> {
  const prefix = modelsPrefix(name);
  let removed = 0;
  for await (const key of store.list(prefix)) {
    const [version] = key.slice(prefix.length).split('/', 1);
    if (!(Number(version) <= lastVersion)) continue;
    await store.delete(key);
    removed += 1;
  }
  return removed;
}

/** A pointer that lags behind the database names a model that is still fetched by it. */
async function namedModels(store: ObjectStore, { name }: PredictorState): Promise<number[]> {
  const found = await readPointer(store, name);
  const champion = found === null || found === 'unchanged' ? null : found.pointer.champion;
  return champion === null ? [] : [champion.model];
}

async function removeObjects(
  database: PruneOptions['database'],
  store: ObjectStore,
  { id, name }: PredictorState,
): Promise<number> {
  let removed = 0;
  let keys: string[] = [];
  const remove = async () => {
    for (const key of await database.models.removable(id, keys)) {
      await store.delete(key);
      removed += 1;
    }
    keys = [];
  };
  for await (const key of store.list(modelsPrefix(name))) {
    keys.push(key);
    if (keys.length === KEYS) await remove();
  }
  if (keys.length > 0) await remove();
  return removed;
}
