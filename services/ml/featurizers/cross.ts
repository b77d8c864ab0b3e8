import { seededHash } from '../linalg/hash.ts';
import type { SparseVector } from '../linalg/sparse.ts';
import { type InputValue, inputNames, type PredictorDefinition, type Row } from '../predictor/definition.ts';
import { FeaturizerError, type Tensor } from './featurizer.ts';
import { foldText } from './text/normalise.ts';

type Inputs = Pick<PredictorDefinition, 'inputs'>;

/** What one row alone had says nothing of the next. */
const LEAST_ROWS = 2;
const MOST_COLUMNS = 10_000;
const SEED = 0x63726f73;

/** The value of a column: own properties only, since a column may be called `toString`. */
export function cellOf(row: Row, name: string): InputValue {
  return Object.hasOwn(row, name) ? (row[name] ?? null) : null;
}

/** Equal for rows whose inputs are equal, upper and lower case and white space of texts apart. */
export function keyOf(row: Row, names: readonly string[], { inputs }: Inputs): string {
  const values = names.map((name) => {
    const value = cellOf(row, name);
    return typeof value === 'string' && inputs[name]?.type === 'text' ? foldText(value) : value;
  });
  return JSON.stringify(values);
}

/**
 * The cross of all inputs: a column for each combination of their values that several rows had, so that a linear learner
 * knows at least what a table of such rows would (the price of a product in a size, where neither tells it alone). A
 * combination that was never seen has no column.
 */
export class Cross {
  readonly width: number;
  /** Of the combinations' keys, ascending. */
  private readonly hashes: Float64Array;
  private readonly columnOf: ReadonlyMap<number, number>;
  private readonly names: readonly string[];
  private readonly definition: Inputs;

  /** @throws FeaturizerError `bad_facts` for hashes that do not ascend */
  constructor(definition: Inputs, hashes: Float64Array) {
    this.definition = definition;
    this.names = inputNames(definition);
    this.hashes = hashes;
    this.width = hashes.length;
    this.columnOf = new Map([...hashes].map((hash, column) => [hash, column]));
    if (hashes.some((hash, i) => i > 0 && !(hash > (hashes[i - 1] as number)))) {
      throw new FeaturizerError('bad_facts', 'the hashes of combinations do not ascend');
    }
  }

  /** The commonest combinations of the rows; of equals those of the lower hash. */
  static fit(definition: Inputs, rows: readonly Row[]): Cross {
    const names = inputNames(definition);
    const times = new Map<number, number>();
    for (const row of rows) {
      const hash = seededHash(keyOf(row, names, definition), SEED);
      times.set(hash, (times.get(hash) ?? 0) + 1);
    }
    const common = [...times]
      .filter(([, count]) => count >= LEAST_ROWS)
      .sort(([a, m], [b, n]) => n - m || a - b)
      .slice(0, MOST_COLUMNS)
      .map(([hash]) => hash);
    return new Cross(definition, Float64Array.from(common).sort());
  }

  encode(row: Row, out: SparseVector, offset: number): void {
    const column = this.columnOf.get(seededHash(keyOf(row, this.names, this.definition), SEED));
    if (column !== undefined) out.push(offset + column, 1);
  }

  save(): Tensor {
    return { dtype: 'F64', shape: [this.width], data: this.hashes };
  }
}
