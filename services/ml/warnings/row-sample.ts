import type { InputValue } from '../predictor/definition.ts';
import { ownCopy } from './value-counts.ts';

const { floor, imul, max, min } = Math;

/** Rows that are kept at most; fewer where a row has many columns. */
const ROWS = 1000;
const CELLS = 200_000;
/** Of a text so much is kept. */
const CHARACTERS = 200;
/** 2³² by the golden ratio: its multiples, taken modulo 2³², lie evenly at whatever length, and follow no rhythm of a file. */
const GOLDEN = 0x9e3779b1;

export interface SampledRow {
  readonly values: readonly InputValue[];
  readonly target: string | number;
}

/** Rows taken evenly from all, in bounded memory: the same rows give the same sample. */
export class RowSample {
  readonly #limit: number;
  #kept: { readonly place: number; readonly row: SampledRow }[] = [];
  #below = 2 ** 32;
  #rows = 0;

  constructor(columns: number) {
    this.#limit = max(100, min(ROWS, floor(CELLS / columns)));
  }

  add(values: readonly InputValue[], target: string | number): void {
    const place = imul(++this.#rows, GOLDEN) >>> 0;
    if (place >= this.#below) return;
    this.#kept.push({ place, row: { values: values.map(start), target: start(target) } });
    while (this.#kept.length > this.#limit) {
      this.#below /= 2;
      this.#kept = this.#kept.filter((kept) => kept.place < this.#below);
    }
  }

  get rows(): SampledRow[] {
    return this.#kept.map(({ row }) => row);
  }

  /** How often two rows would be equal, target and all, if their columns had nothing to do with each other. */
  get chance(): number {
    const { rows } = this;
    const columns = rows[0]?.values.length ?? 0;
    let chance = share(rows.map(({ target }) => target));
    for (let i = 0; i < columns; i++) chance *= share(rows.map(({ values }) => values[i] ?? null));
    return chance;
  }
}

/** How often two of the values are equal. */
function share(values: readonly InputValue[]): number {
  const counts = new Map<InputValue, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let pairs = 0;
  for (const count of counts.values()) pairs += count * (count - 1);
  return pairs / max(1, values.length * (values.length - 1));
}

function start<Value extends InputValue>(value: Value): Value | string {
  return typeof value === 'string' ? ownCopy(value.slice(0, CHARACTERS)) : value;
}
