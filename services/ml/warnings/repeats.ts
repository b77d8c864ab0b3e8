import { ValuesHash } from '../linalg/hash.ts';
import type { InputValue } from '../predictor/definition.ts';
import type { Warning } from '../warning.ts';
import { ownCopy } from './value-counts.ts';
import { columnText, listText, rowsText, shareText, valueText } from './wording.ts';

/** Different rows that are kept; of more a share, chosen by their hash, so that a row is kept with all its repeats. */
const KEPT = 50_000;
/** Numbers and categories that are equal in more rows than this are equal by their nature, and no copies of each other. */
const COPIES = 10;
/** So many rows repeat others, and such a share, before it is told. */
const REPEATS = 10;
const REPEATS_SHARE = 0.05;
/** And so many times as many as would if the columns had nothing to do with each other. */
const BEYOND_CHANCE = 5;
/** Two texts of this length, in UTF-16 units, are not equal by chance. */
const LONG_TEXT = 25;
/** With fewer inputs that are no texts, rows are equal by their nature. */
const TELLING_INPUTS = 3;
/** Of so many different rows nearly every one stands there twice, or three times, or …, only where somebody repeated them. */
const TELLING_ROWS = 20;
const NEARLY_EVERY = 0.9;
const MOST_TIMES = 10;
/** Conflicts that are told. */
const SHOWN = 3;
const NOTED = 30;

/** The rows of equal inputs. */
interface Same {
  /** The other half of the hash. */
  readonly check: number;
  rows: number;
  /** The target of the first; the others' where they differ. */
  readonly first: string | number;
  firstRows: number;
  others: Map<string | number, number> | null;
  /** The length of its longest text. */
  readonly longest: number;
}

/** What is known of the rows beside their repeats. */
export interface About {
  readonly target: { readonly name: string; readonly isLabel: boolean };
  readonly inputs: number;
  /** Texts are told apart by people: that two are equal is no chance, as it is of a few categories. */
  readonly hasText: boolean;
  /** How often two rows would be equal if their columns had nothing to do with each other. */
  readonly chance: number;
}

/** Sums of hashes, as whole numbers. */
const MODULUS = 2 ** 52;

/** Which rows repeat, in bounded memory. */
export class Repeats {
  readonly #hash = new ValuesHash();
  readonly #kept = new Map<number, Same>();
  readonly #conflicts: { readonly same: Same; readonly text: string }[] = [];
  #share = 1;
  #rows = 0;
  readonly #content: [number, number] = [0, 0];

  /** `values`: the row's inputs, always in one order. */
  add(values: readonly InputValue[], target: string | number): void {
    this.#rows++;
    const hash = this.#hash;
    hash.begin();
    let longest = 0;
    for (const value of values) {
      hash.add(value);
      if (typeof value === 'string' && value.length > longest) longest = value.length;
    }
    const { key: home, check } = hash.end();
    hash.add(target);
    const whole = hash.end();
    this.#content[0] = (this.#content[0] + whole.key) % MODULUS;
    this.#content[1] = (this.#content[1] + (whole.check >>> 0)) % MODULUS;
    if ((check & (this.#share - 1)) !== 0) return;
    let key = home;
    let same = this.#kept.get(key);
    while (same !== undefined && same.check !== check) same = this.#kept.get(++key);
    if (same === undefined) {
      const first = typeof target === 'string' ? ownCopy(target) : target;
      this.#kept.set(key, { check, rows: 1, first, firstRows: 1, others: null, longest });
      while (this.#kept.size > KEPT) this.#thin();
      return;
    }
    same.rows++;
    if (target === same.first) {
      same.firstRows++;
      return;
    }
    if (same.others === null) {
      same.others = new Map();
      if (this.#conflicts.length < NOTED) this.#conflicts.push({ same, text: rowText(values) });
    }
    same.others.set(target, (same.others.get(target) ?? 0) + 1);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The same for the same rows, inputs and target, in whatever order; 63 bits of a sum, which is nothing to rely on with a foe. */
  get content(): string {
    return [this.#rows, ...this.#content].map((part) => part.toString(36)).join(' ');
  }

  #thin(): void {
    this.#share *= 2;
    for (const [key, { check }] of this.#kept) {
      if ((check & (this.#share - 1)) !== 0) this.#kept.delete(key);
    }
  }

  warnings(about: About): Warning[] {
    const { target, hasText, inputs } = about;
    const isTelling = hasText || (inputs >= TELLING_INPUTS && this.#isVaried);
    return [
      ...(target.isLabel && isTelling ? this.#conflicting(target.name, hasText) : []),
      ...this.#repeated(about),
    ];
  }

  /** Are most rows unlike all others? */
  get #isVaried(): boolean {
    return this.#kept.size * this.#share >= 0.5 * this.#rows;
  }

  #conflicting(target: string, hasText: boolean): Warning[] {
    const split: Same[] = [];
    for (const same of this.#kept.values()) {
      if (same.others !== null && (hasText || same.rows <= COPIES)) split.push(same);
    }
    if (split.length === 0) return [];
    const rows = split.reduce((sum, same) => sum + same.rows, 0) * this.#share;
    const told = this.#conflicts.filter(({ same }) => split.includes(same)).slice(0, SHOWN);
    const examples = told.map(({ same, text }) => `${text}: ${targetsText(same)}`);
    return [
      {
        code: 'conflicting_duplicates',
        detail: `${this.#about(rows)} have the same inputs as another row and another ${columnText(target)}: ${listed(examples)}. The answer to such inputs is split among these; correct the rows whose label is wrong.`,
        columns: [target],
        rows,
      },
    ];
  }

  #repeated(about: About): Warning[] {
    const sizes = this.#sizes;
    const times = timesImported(sizes);
    if (times === null && !this.#isRepetitive(about)) return [];
    const rows = repeatsOf(sizes) * this.#share;
    const what =
      times === null
        ? 'The figures of inputs seen before rest on them: take them out where they are there by mistake.'
        : `Nearly every row stands there ${times} times: was a file imported more than once? Undo its imports but one; where rows do come that often, nothing has to be done.`;
    return [
      {
        code: 'duplicate_rows',
        detail: `${this.#about(rows)} (${shareText(rows, this.#rows)}) repeat an earlier row, inputs and target. ${what}`,
        columns: [],
        rows,
      },
    ];
  }

  /** How many different rows, inputs and target, stand there once, twice, … */
  get #sizes(): ReadonlyMap<number, number> {
    const sizes = new Map<number, number>();
    const count = (rows: number) => sizes.set(rows, (sizes.get(rows) ?? 0) + 1);
    for (const { firstRows, others } of this.#kept.values()) {
      count(firstRows);
      if (others !== null) for (const rows of others.values()) count(rows);
    }
    return sizes;
  }

  /** Do rows repeat that would not by their nature? */
  #isRepetitive({ inputs, hasText, chance }: About): boolean {
    if (!this.#isVaried) return false;
    let repeats = 0;
    let groups = 0;
    let letters = 0;
    for (const { rows, firstRows, longest } of this.#kept.values()) {
      if (rows === 1 || rows > COPIES) continue;
      repeats += (firstRows - 1) * this.#share;
      groups++;
      letters += longest;
    }
    if (repeats < REPEATS || repeats < REPEATS_SHARE * this.#rows) return false;
    if (hasText) return letters >= LONG_TEXT * groups;
    return inputs >= TELLING_INPUTS && repeats >= (BEYOND_CHANCE * chance * this.#rows ** 2) / 2;
  }

  #about(rows: number): string {
    return this.#share === 1 ? rowsText(rows) : `About ${rowsText(rows)}`;
  }
}

function repeatsOf(sizes: ReadonlyMap<number, number>): number {
  let repeats = 0;
  for (const [rows, different] of sizes) repeats += (rows - 1) * different;
  return repeats;
}

/** How many times nearly every row stands there, where that is no chance. */
function timesImported(sizes: ReadonlyMap<number, number>): number | null {
  let all = 0;
  for (const different of sizes.values()) all += different;
  if (all < TELLING_ROWS) return null;
  for (let times = MOST_TIMES; times >= 2; times--) {
    let whole = 0;
    for (const [rows, different] of sizes) if (rows % times === 0) whole += different;
    if (whole >= NEARLY_EVERY * all) return times;
  }
  return null;
}

function listed(examples: readonly string[]): string {
  return examples.length === 0 ? 'see the rows' : examples.join('; ');
}

/** Texts first, the longest of them: they tell a reader which row it is. */
function rowText(values: readonly InputValue[]): string {
  const texts = values.filter((value) => typeof value === 'string').sort((a, b) => b.length - a.length);
  const others = values.filter((value) => typeof value === 'number');
  return listText([...texts, ...others].map(valueText), 3);
}

function targetsText({ first, firstRows, others }: Same): string {
  const all = [[first, firstRows] as const, ...(others ?? [])].sort(([, a], [, b]) => b - a);
  return listText(
    all.map(([target, rows]) => `${valueText(target)} (${rowsText(rows)})`),
    3,
  );
}
