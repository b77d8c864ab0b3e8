import type { Database } from '../../database/index.ts';
import type { Example } from '../ml/example.ts';
import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { rowFitter } from './learnable-examples.ts';

/** What a model learned from, as far as it is still there. */
export interface LearnedExamples {
  readonly examples: Example[];
  readonly erased: number;
  /** Rows that the definition no longer takes as this version of the code reads it. */
  readonly unfit: number;
}

const ROWS = 1000;

/**
 * Reads the rows that a model learned from, with the labels that they had then, page by page, as they are at one
 * instant. What `champion` (a version, or null) learned from too is marked as seen.
 */
export function readLearned(
  database: Pick<Database, 'transaction'>,
  model: {
    readonly predictorId: number;
    readonly model: number;
    readonly definition: PredictorDefinition;
    readonly champion: number | null;
  },
  step: (rows: number) => Promise<void> | void,
): Promise<LearnedExamples> {
  const read = rowFitter(model.definition);
  return database.transaction(
    async ({ examples: stored }) => {
      const examples: Example[] = [];
      let [erased, unfit, cursor]: [number, number, string | null] = [0, 0, null];
      do {
        const request = { limit: ROWS, cursor };
        const page = await stored.learned(model.predictorId, model.model, request, model.champion);
        for (const { inputs, label, value, source, seen } of page.rows) {
          const fitting = inputs === null ? null : read({ inputs, label, value });
          if (fitting === null) erased += 1;
          else if (fitting.errors !== undefined) unfit += 1;
          else examples.push({ ...fitting, seen, judged: source !== 'predicted' });
        }
        cursor = page.next;
        await step(examples.length);
      } while (cursor !== null);
      return { examples, erased, unfit };
    },
    { isolation: 'repeatable read', readOnly: true },
  );
}
