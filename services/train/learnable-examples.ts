import type { Database, JsonObject, LearnableRow } from '../../database/index.ts';
import type { Example } from '../ml/example.ts';
import type { PredictorDefinition, Row } from '../ml/predictor/definition.ts';
import { compileRow } from '../ml/predictor/row-reader.ts';
import { RowRanges } from './row-ranges.ts';

/** What a training learns from. */
export interface LearnableExamples {
  readonly examples: Example[];
  /** The ids of their rows, as PostgreSQL writes an int8multirange. */
  readonly learned: string;
  /** Rows left out because they do not fit the definition in force: they were stored under an earlier one. */
  readonly unfit: number;
}

/**
 * Reads the rows that the definition in force may learn from, page by page. Inputs that the definition no longer has
 * are dropped; rows that lack one it now needs, or hold another type, are left out and counted.
 */
export async function readLearnable(
  database: Pick<Database, 'examples'>,
  predictor: {
    readonly id: number;
    readonly definition: PredictorDefinition;
    readonly champion: number | null;
  },
  step: (rows: number) => Promise<void> | void,
): Promise<LearnableExamples> {
  const { id, definition, champion } = predictor;
  const reader = compileRow(definition);
  const names = Object.keys(definition.inputs);
  const examples: Example[] = [];
  const ranges = new RowRanges();
  let unfit = 0;
  for await (const page of database.examples.learnable(id, champion)) {
    for (const stored of page) {
      const reading = reader.read(pick(stored.inputs, names));
      const target = targetOf(stored, definition);
      if ('errors' in reading || target === null) {
        unfit += 1;
        continue;
      }
      examples.push(toExample(reading.row, target, stored));
      ranges.add(stored.rowId);
    }
    await step(examples.length);
  }
  return { examples, learned: ranges.toString(), unfit };
}

function toExample(inputs: Row, target: string | number, stored: LearnableRow): Example {
  return { inputs, target, seen: stored.seen, judged: !stored.guessed };
}

function targetOf(stored: LearnableRow, definition: PredictorDefinition): string | number | null {
  return definition.target.type === 'label' ? stored.label : stored.value;
}

function pick(inputs: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(inputs, name)).map((name) => [name, inputs[name] ?? null]),
  );
}
