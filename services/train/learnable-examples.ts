import type { Database, JsonObject, Reading } from '../../database/index.ts';
import type { Example } from '../ml/example.ts';
import type { FieldError } from '../ml/predictor/definition.error.ts';
import type { PredictorDefinition, Row } from '../ml/predictor/definition.ts';
import { compileRow } from '../ml/predictor/row-reader.ts';
import { compileTarget } from '../ml/predictor/target-reader.ts';
import type { Warning } from '../ml/warning.ts';
import { Inspection } from '../ml/warnings/inspection.ts';
import { IdRanges } from './id-ranges.ts';
import { UnfitRows } from './unfit-rows.ts';

/** What a training learns from. */
export interface LearnableExamples {
  readonly examples: Example[];
  /** The ids of their rows, as PostgreSQL writes an int8multirange. */
  readonly learned: string;
  /** The ids of the labels that they had, written the same way: imported rows and guesses have none. */
  readonly learnedLabels: string;
  /** What a person should look at in them; guesses apart. */
  readonly warnings: readonly Warning[];
  /** The moment of which they are, for the warnings. */
  readonly reading: Reading;
  /** Rows left out because they do not fit the definition in force: they were stored under an earlier one. */
  readonly unfit: UnfitRows;
}

/** By which definition rows are read, and which champion (a version) has seen which. */
export interface LearnablePredictor {
  readonly id: number;
  readonly definition: PredictorDefinition;
  readonly revision: number;
  readonly champion: number | null;
}

/**
 * Reads the rows that the definition may learn from, page by page, as they are at one instant. Inputs that the
 * definition no longer has are dropped; rows that lack one it now needs, or hold another type, are left out and counted.
 */
export function readLearnable(
  database: Pick<Database, 'transaction'>,
  { id: predictorId, definition, revision, champion }: LearnablePredictor,
  step: (rows: number) => Promise<void> | void,
): Promise<LearnableExamples> {
  const read = rowFitter(definition);
  return database.transaction(
    async ({ examples: stored, warnings }) => {
      const reading = await warnings.reading(predictorId);
      const inspection = new Inspection(definition);
      const examples: Example[] = [];
      const learned = new IdRanges();
      const labels = new IdRanges();
      const unfit = new UnfitRows();
      for await (const page of stored.learnable({ predictorId, revision, champion })) {
        for (const row of page) {
          const fitting = read(row);
          if (fitting.errors !== undefined) {
            unfit.add(fitting.errors);
            continue;
          }
          examples.push({ ...fitting, seen: row.seen, judged: !row.guessed });
          if (!row.guessed) inspection.add(fitting.inputs, fitting.target);
          learned.add(row.rowId);
          if (row.labelId !== null) labels.add(row.labelId);
        }
        await step(examples.length);
      }
      const ids = { learned: String(learned), learnedLabels: String(labels) };
      return { examples, ...ids, warnings: inspection.warnings(), reading, unfit };
    },
    { isolation: 'repeatable read', readOnly: true },
  );
}

/**
 * A stored row as the definition reads it, or what is wrong with it. It is read as one that is sent now, but for the form
 * of its dates: a label that was stored under another spelling, or before a value was declared as missing, counts as it
 * would today.
 */
type RowFitter = (row: {
  readonly inputs: JsonObject;
  readonly label: string | null;
  readonly value: number | null;
}) =>
  | { readonly inputs: Row; readonly target: string | number; readonly errors?: undefined }
  | { readonly errors: readonly FieldError[] };

/** For the rows of one definition. */
export function rowFitter(definition: PredictorDefinition): RowFitter {
  const reader = compileRow(definition, 'kept');
  const { readValue } = compileTarget(definition);
  const { name, type } = definition.target;
  const names = Object.keys(definition.inputs);
  return ({ inputs, label, value }) => {
    const { row, errors = [] } = reader.read(pick(inputs, names));
    const { target, reason } = readValue(type === 'label' ? label : value);
    if (row !== undefined && target !== undefined) return { inputs: row, target };
    return { errors: reason === undefined ? errors : [...errors, { field: name, message: reason }] };
  };
}

function pick(inputs: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(inputs, name)).map((name) => [name, inputs[name] ?? null]),
  );
}
