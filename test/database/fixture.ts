import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/index.ts';

/** A predictor definition with its defaults, as the services hand it to the database. */
export function definition(name: string, changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    name,
    inputs: { query: { type: 'text', maxLength: 1000, optional: false } },
    target: { name: 'completion', type: 'label' },
    suggestions: 3,
    retraining: { every: 100, of: 'predictions' },
    learnFrom: ['imported', 'accepted', 'corrected'],
    promotion: 'automatic',
    margin: 0.01,
    ...changes,
  };
}

/** An answered row, as the predict service records it. */
export function answered(predictorId: number, changes: { id?: string; query?: string } = {}) {
  return {
    id: changes.id ?? randomUUID(),
    predictorId,
    revision: 1,
    model: 1,
    inputs: { query: changes.query ?? 'labora' },
    answer: {
      suggestions: [
        { label: 'Laboratory', probability: 0.9 },
        { label: 'Pharmacy', probability: 0.1 },
      ],
    },
  };
}

/** Imports `labels.length` examples in one transaction. */
export async function importLabels(
  database: Database,
  predictorId: number,
  labels: readonly string[],
  train = true,
): Promise<{ imported: number; tooManyLabels: number[] }> {
  return database.transaction(async (transaction) => {
    const importId = randomUUID();
    await transaction.imports.stage(
      importId,
      labels.map((label, index) => ({ line: index + 2, inputs: { query: `q${index}` }, label, value: null })),
    );
    return transaction.imports.finish(importId, predictorId, train);
  });
}

/** A counter's invariant: rows ever counted = the sum of `every` over counted requests + new rows. */
export async function counterOf(database: Database, name: string) {
  const shown = await database.predictors.describe(name);
  if (shown === null) throw new Error(`no predictor ${name}`);
  const { counter, retrainings, predictions } = shown as {
    counter: { newRows: number; every: number; counted: number };
    retrainings: { counted: number; unfinished: number };
    predictions: number;
  };
  return { ...counter, requests: retrainings.counted, unfinished: retrainings.unfinished, predictions };
}
