import {
  type InputDefinition,
  type InputValue,
  inputNames,
  type PredictorDefinition,
  type Row,
} from '../predictor/definition.ts';
import { isMissingWord } from '../predictor/missing.ts';
import type { Warning } from '../warning.ts';
import { bounded } from './bounded.ts';
import { categoryWarnings } from './category-warnings.ts';
import { givesAway } from './given-away.ts';
import { lookLikeIds } from './id-like.ts';
import { labelWarnings } from './label-warnings.ts';
import { missingWords } from './missing-words.ts';
import { NumberColumn } from './number-column.ts';
import { numberWarnings } from './number-warnings.ts';
import { Repeats } from './repeats.ts';
import { RowSample } from './row-sample.ts';
import { ValueCounts } from './value-counts.ts';
import { columnText, rowsText, shareText } from './wording.ts';

/** As many labels as a predictor may have, and then some. */
const LABELS = 12_000;
/** Different values that are counted of all categories together, and of one. */
const VALUES = 100_000;
const VALUES_OF_ONE = 2000;
const DAY = 86_400_000;

type Columns = Pick<PredictorDefinition, 'inputs' | 'target'>;

/** One input, and what is kept of it. */
interface Column {
  readonly name: string;
  readonly input: InputDefinition;
  add(value: Exclude<InputValue, null>): void;
  warnings(): Warning[];
}

/**
 * Looks at rows one after another, in memory that does not grow with them, and says at the end what a person should look
 * at. The same rows in the same order give the same warnings; what is counted is counted of all rows, and what is looked
 * at together (does a column give the answer away?) of an even sample.
 */
export class Inspection {
  readonly #columns: readonly Column[];
  readonly #target: Columns['target'];
  readonly #labels = new ValueCounts(LABELS);
  readonly #numbers = new NumberColumn();
  readonly #repeats = new Repeats();
  readonly #sample: RowSample;
  readonly #values: InputValue[];

  constructor(definition: Columns) {
    const names = inputNames(definition);
    const limit = Math.max(50, Math.min(VALUES_OF_ONE, Math.floor(VALUES / names.length)));
    this.#columns = names.flatMap((name) => {
      const input = definition.inputs[name];
      return input === undefined ? [] : [columnOf(name, input, limit, names.length === 1)];
    });
    this.#target = definition.target;
    this.#sample = new RowSample(names.length);
    this.#values = new Array<InputValue>(names.length).fill(null);
  }

  add(inputs: Row, target: string | number): void {
    const values = this.#values;
    const columns = this.#columns;
    for (let place = 0; place < columns.length; place++) {
      const column = columns[place] as Column;
      const value = inputs[column.name] ?? null;
      values[place] = value;
      if (value !== null) column.add(value);
    }
    if (typeof target === 'string') this.#labels.add(target);
    else this.#numbers.add(target);
    this.#repeats.add(values, target);
    this.#sample.add(values, target);
  }

  get rows(): number {
    return this.#repeats.rows;
  }

  /** A text that is the same for the same rows, whatever their order and the format that they came in. */
  get content(): string {
    return this.#repeats.content;
  }

  /** The labels of the rows. */
  get labels(): string[] {
    return [...this.#labels.entries()].map(([label]) => label);
  }

  /** @param earlier labels that the predictor's other rows have: they are not rare, and new ones are compared with them */
  warnings(earlier: ReadonlySet<string> = new Set()): Warning[] {
    const { name, type } = this.#target;
    const ofTarget =
      type === 'label'
        ? labelWarnings(name, this.#labels, earlier)
        : numberWarnings({ name, type, place: 'target' }, this.#numbers);
    const hasText = this.#columns.some(({ input }) => input.type === 'text');
    return bounded([
      ...ofTarget,
      ...this.#columns.flatMap((column) => column.warnings()),
      ...this.#together(),
      ...this.#repeats.warnings({
        target: { name, isLabel: type === 'label' },
        inputs: this.#columns.length,
        hasText,
        chance: this.#sample.chance,
      }),
    ]);
  }

  /** What is seen of columns beside the target and of each other. */
  #together(): Warning[] {
    const rows = this.#sample.rows;
    return this.#columns.flatMap(({ name, input }, place): Warning[] => {
      if (input.type === 'text' && lookLikeIds(rows.map(({ values }) => values[place] ?? null))) {
        return [
          {
            code: 'id_like_column',
            detail: `${columnText(name)} is another id in each row: it tells rows apart, and says nothing of new ones. Leave it out of the inputs.`,
            columns: [name],
            rows: this.#repeats.rows,
          },
        ];
      }
      // An only input is the question itself.
      const given = this.#columns.length < 2 ? null : givesAway(input, place, rows);
      if (given === null) return [];
      const target = columnText(this.#target.name);
      const looked = rows.length < this.#repeats.rows ? ' looked at' : '';
      return [
        {
          code: 'answer_given_away',
          detail: `${columnText(name)} alone gives ${target} in ${shareText(given, rows.length)} of ${rowsText(rows.length)}${looked}: will it be known when you ask? Where it is filled in with the answer or after it, leave it out of the inputs; where it is known before, nothing has to be done.`,
          columns: [name],
          rows: Math.round((given / rows.length) * this.#repeats.rows),
        },
      ];
    });
  }
}

/** An only number is what the answer depends on, in whatever order the rows are. */
function columnOf(name: string, input: InputDefinition, limit: number, isOnly: boolean): Column {
  const { type } = input;
  switch (type) {
    case 'number':
    case 'date': {
      const column = new NumberColumn();
      const add = (value: InputValue) =>
        column.add(typeof value === 'number' ? value : Date.parse(String(value)) / DAY);
      const about = { name, type, place: 'input', mayBeId: type === 'number' && !isOnly } as const;
      return { name, input, add, warnings: () => numberWarnings(about, column) };
    }
    case 'category': {
      const counts = new ValueCounts(limit, isMissingWord);
      const add = (value: InputValue) => counts.add(String(value));
      return { name, input, add, warnings: () => categoryWarnings(name, counts) };
    }
    case 'text': {
      const words = new ValueCounts(limit);
      const add = (value: InputValue) => {
        if (typeof value === 'string' && isMissingWord(value)) words.add(value);
      };
      return { name, input, add, warnings: () => missingWords({ name, kind: 'text' }, words.entries()) };
    }
    case 'boolean':
      return { name, input, add: () => {}, warnings: () => [] };
  }
}
