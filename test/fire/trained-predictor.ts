import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/index.ts';
import { signature } from '../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../services/ml/predictor/parse-definition.ts';
import { getArtifact, type ObjectStore, readPointer } from '../../services/model-store/index.ts';
import { retrain } from '../../services/train/index.ts';

const WORDS: Readonly<Record<string, readonly string[]>> = {
  'Dental care': ['tooth', 'dentist', 'gum', 'molar'],
  'Eye care': ['eye', 'glasses', 'vision', 'lens'],
};

/** A predictor whose model 1 serves, with rows behind it that a second model learns better, and nothing asked for yet. */
export async function trainedPredictor(
  database: Database,
  store: ObjectStore,
  name: string,
  retraining: object = {},
): Promise<number> {
  const definition = parseDefinition({
    name,
    inputs: { query: { type: 'text' } },
    target: { name: 'service', type: 'label' },
    retraining,
  });
  const { id } = await database.predictors.apply(definition, signature(definition));
  const known = Object.entries(WORDS).flatMap(([label, words]) =>
    words.flatMap((word) => [1, 2, 3, 4, 5].map((n) => ({ query: `my ${word} ${n}`, label }))),
  );
  await importRows(database, id, known);
  await retrain(name, { database, store, codeVersion: 'test' });
  await importRows(database, id, newerRows(40), false);
  return id;
}

/** Rows of a label that no earlier model can say. */
export function newerRows(count: number, from = 0): { query: string; label: string }[] {
  return Array.from({ length: count }, (_, n) => ({
    query: `x-ray of the ${['arm', 'leg', 'hip'][n % 3]} ${from + n}`,
    label: 'Imaging',
  }));
}

/** Imports; with `train` a training is asked for where there is reason to. */
export async function importRows(
  database: Database,
  predictorId: number,
  rows: readonly { query: string; label: string }[],
  train = true,
): Promise<void> {
  await database.transaction(async (transaction) => {
    const importId = randomUUID();
    await transaction.imports.stage(
      importId,
      rows.map(({ query, label }, n) => ({ line: n + 2, inputs: { query }, label, value: null })),
    );
    await transaction.imports.finish(importId, predictorId, train);
  });
}

/**
 * The model that the store's pointer names, after a look at everything that is named: whatever the pointer and the
 * registry name is there, and its bytes are those of its hash.
 * @throws BadObjectError naming what is not
 */
export async function servedModel(database: Database, store: ObjectStore, name: string): Promise<number> {
  const found = await readPointer(store, name);
  if (found === null || found === 'unchanged' || found.pointer.champion === null) {
    throw new Error(`the pointer of ${name} names no champion`);
  }
  await getArtifact(store, found.pointer.champion);
  const { rows } = await database.models.list(found.pointer.id, { limit: 100, cursor: null });
  for (const model of rows) await getArtifact(store, model);
  return found.pointer.champion.model;
}

/** The verdict of each retraining, oldest first; null where there is none yet. */
export async function verdicts(database: Database, predictorId: number): Promise<unknown[]> {
  const { rows } = await database.retrainings.list(predictorId, { limit: 200, cursor: null });
  return rows.map(({ verdict }) => verdict).reverse();
}
