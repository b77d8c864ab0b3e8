import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../database/index.ts';
import { signature } from '../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../services/ml/predictor/parse-definition.ts';
import { DirectoryStore } from '../../services/model-store/index.ts';
import { reproduce, retrain } from '../../services/train/index.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createTestDatabase } from '../support/postgres.ts';

/** A database and a store of their own, and the trainer on them. */
export interface LearningPlace {
  readonly connectionString: string;
  readonly database: Database;
  readonly client: pg.Client;
  readonly store: DirectoryStore;
  /** Gives the predictor this definition; "query" is its one input unless `changes` says otherwise. */
  apply(name: string, changes?: object): Promise<number>;
  /** Asks for a training and carries it out. */
  train(predictorId: number, name: string): ReturnType<typeof retrain>;
  /** Asks for the model to be made again, and does it. */
  again(predictorId: number, model: number, codeVersion?: string): ReturnType<typeof reproduce>;
  close(): Promise<void>;
}

export const CODE_VERSION = '0.1.0';

export async function openLearningPlace(): Promise<LearningPlace> {
  const [testDatabase, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  const { connectionString } = testDatabase;
  const database = openDatabase({ connectionString });
  const client = new pg.Client({ connectionString });
  await client.connect();
  const store = new DirectoryStore(folder.path);
  return {
    connectionString,
    database,
    client,
    store,
    async apply(name, changes = {}) {
      const definition = parseDefinition({
        name,
        inputs: { query: { type: 'text' } },
        target: { name: 'service', type: 'label' },
        ...changes,
      });
      return (await database.predictors.apply(definition, signature(definition))).id;
    },
    async train(predictorId, name) {
      await database.retrainings.request(predictorId);
      return retrain(name, { database, store, codeVersion: CODE_VERSION });
    },
    async again(predictorId, model, codeVersion = CODE_VERSION) {
      const asked = await database.reproductions.request(predictorId, model);
      return reproduce(String(asked?.id), { database, store, codeVersion });
    },
    async close() {
      await client.end();
      await database.close();
      await testDatabase.drop();
      await folder.remove();
    },
  };
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  'Dental care': ['tooth', 'dentist', 'gum', 'molar'],
  'Eye care': ['eye', 'glasses', 'vision', 'lens'],
  Pharmacy: ['pills', 'medicine', 'tablet', 'syrup'],
};

export interface LabelledRow {
  readonly query: string;
  readonly label: string;
}

/** `count` rows such as "my tooth 3", Dental care; another `seed` makes others. */
export function searches(count: number, seed: number): LabelledRow[] {
  const labels = Object.keys(WORDS);
  return Array.from({ length: count }, (_, n) => {
    const label = labels[n % labels.length] ?? '';
    return { query: `my ${WORDS[label]?.[Math.floor(n / labels.length) % 4]} ${seed} ${n}`, label };
  });
}

/** Imports rows, without asking for a training. */
export async function importRows(
  database: Database,
  predictorId: number,
  rows: readonly LabelledRow[],
): Promise<void> {
  await database.transaction(async (transaction) => {
    const importId = randomUUID();
    const staged = rows.map(({ query, label }, n) => ({
      line: n + 2,
      inputs: { query },
      label,
      value: null,
    }));
    await transaction.imports.stage(importId, staged);
    await transaction.imports.finish(importId, predictorId, false);
  });
}

/** Records rows as answered with `suggestion`, without labels. Returns their ids. */
export async function answerRows(
  database: Database,
  predictorId: number,
  rows: readonly LabelledRow[],
  suggestion?: string,
): Promise<string[]> {
  const recorded = rows.map(({ query, label }) => ({
    id: randomUUID(),
    predictorId,
    revision: 1,
    model: 1,
    inputs: { query },
    answer: { suggestions: [{ label: suggestion ?? label, probability: 0.9 }] },
  }));
  await database.predictions.record(recorded);
  return recorded.map(({ id }) => id);
}

/** Records rows and labels them, the last one first, so that label ids and row ids run against each other. */
export async function labelRows(
  database: Database,
  predictorId: number,
  rows: readonly LabelledRow[],
): Promise<string[]> {
  const ids = await answerRows(database, predictorId, rows);
  for (const [n, id] of [...ids.entries()].reverse()) {
    await database.predictions.label(id, { label: rows[n]?.label ?? '' });
  }
  return ids;
}
