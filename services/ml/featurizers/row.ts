import { type SparseMatrix, type SparseVector, stackRows } from '../linalg/sparse.ts';
import {
  type InputDefinition,
  inputNames,
  type PredictorDefinition,
  type Row,
} from '../predictor/definition.ts';
import { booleanFeaturizer } from './boolean.ts';
import { categoryFeaturizer } from './category.ts';
import { Cross, cellOf } from './cross.ts';
import { dateFeaturizer } from './date.ts';
import {
  type Featurizer,
  FeaturizerError,
  type FeaturizerFacts,
  type FittedFeaturizer,
  type RowSettings,
  type Saved,
  type TextSettings,
} from './featurizer.ts';
import { numberFeaturizer } from './number.ts';
import { textFeaturizer } from './text/text.ts';

/** One input's part of a row's vector. */
export interface Part {
  readonly name: string;
  readonly featurizer: FittedFeaturizer;
}

/** Learns how each input of the definition is turned into columns. `rows` are left as they are. */
export function fitRows(
  definition: Pick<PredictorDefinition, 'inputs'>,
  { text, cross }: RowSettings,
  rows: readonly Row[],
): RowFeaturizer {
  const parts = inputNames(definition).map((name): Part => {
    const input = definition.inputs[name];
    if (input === undefined)
      throw new FeaturizerError('bad_facts', `input ${JSON.stringify(name)} has no type`);
    const values = rows.map((row) => cellOf(row, name));
    return { name, featurizer: named(name, () => featurizerFor(input, text).fit(values)) };
  });
  return new RowFeaturizer(parts, cross ? Cross.fit(definition, rows) : null);
}

function featurizerFor(input: InputDefinition, text: TextSettings): Featurizer {
  switch (input.type) {
    case 'text':
      return textFeaturizer(text);
    case 'category':
      return categoryFeaturizer;
    case 'number':
      return numberFeaturizer;
    case 'boolean':
      return booleanFeaturizer;
    case 'date':
      return dateFeaturizer;
  }
}

/** All inputs of a row side by side in one sparse vector, in the order of their names, and then their cross. */
export class RowFeaturizer {
  readonly width: number;
  readonly parts: readonly Part[];
  readonly cross: Cross | null;
  private readonly offsets: readonly number[];

  constructor(parts: readonly Part[], cross: Cross | null) {
    this.parts = parts;
    this.cross = cross;
    let width = 0;
    this.offsets = parts.map(({ featurizer }) => {
      width += featurizer.width;
      return width - featurizer.width;
    });
    this.width = width + (cross?.width ?? 0);
  }

  /** Replaces `out` by the row's vector. @throws FeaturizerError naming the input whose value does not fit */
  encode(row: Row, out: SparseVector): void {
    out.clear();
    for (let i = 0; i < this.parts.length; i++) {
      const { name, featurizer } = this.parts[i] as Part;
      try {
        featurizer.encode(cellOf(row, name), out, this.offsets[i] as number);
      } catch (cause) {
        throw withName(name, cause);
      }
    }
    this.cross?.encode(row, out, this.width - this.cross.width);
  }

  transform(rows: readonly Row[]): SparseMatrix {
    return stackRows(rows.length, this.width, (r, out) => this.encode(rows[r] as Row, out));
  }

  save(): readonly { readonly name: string; readonly saved: Saved<FeaturizerFacts> }[] {
    return this.parts.map(({ name, featurizer }) => ({ name, saved: featurizer.save() }));
  }
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw withName(name, cause);
  }
}

function withName(name: string, cause: unknown): unknown {
  if (!(cause instanceof FeaturizerError)) return cause;
  return new FeaturizerError(cause.code, `input ${JSON.stringify(name)}: ${cause.message}`, { cause });
}
