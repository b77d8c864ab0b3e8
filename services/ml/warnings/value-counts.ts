import { seededHash } from '../linalg/hash.ts';

/** A longer value is kept by its start and its hash. */
const KEPT = 100;
const SEED = 29;

/**
 * How often each value stands. While there are at most `limit` different ones all are counted; from then on those of a
 * share that is halved whenever they are too many again, chosen by their hash, so that what is counted is counted whole
 * and in any order the same (distinct sampling, Gibbons 2001). Values that `pinned` names are always counted.
 */
export class ValueCounts {
  readonly #limit: number;
  readonly #pinned: (value: string) => boolean;
  readonly #counts = new Map<string, { rows: number }>();
  #level = 0;
  #all = 0;

  constructor(limit: number, pinned: (value: string) => boolean = () => false) {
    this.#limit = limit;
    this.#pinned = pinned;
  }

  add(value: string): void {
    this.#all++;
    const key = value.length <= KEPT ? value : `${value.slice(0, KEPT)}… ${seededHash(value, SEED)}`;
    const known = this.#counts.get(key);
    if (known !== undefined) known.rows++;
    else if (this.#isCounted(key)) {
      this.#counts.set(ownCopy(key), { rows: 1 });
      while (this.#counts.size > this.#limit && this.#level < 50) this.#thin();
    }
  }

  /** Rows that held a value, counted or not. */
  get all(): number {
    return this.#all;
  }

  /** Are all values counted? */
  get isWhole(): boolean {
    return this.#level === 0;
  }

  /** The values that are counted, with their rows. */
  *entries(): Generator<readonly [value: string, rows: number]> {
    for (const [value, { rows }] of this.#counts) yield [value, rows];
  }

  /** How many rows a value has on average; 0 where there is none. */
  rowsPerValue(): number {
    let rows = 0;
    for (const count of this.#counts.values()) rows += count.rows;
    return this.#counts.size === 0 ? 0 : rows / this.#counts.size;
  }

  #isCounted(key: string): boolean {
    return this.#level === 0 || seededHash(key, SEED) % 2 ** this.#level === 0 || this.#pinned(key);
  }

  #thin(): void {
    this.#level++;
    for (const key of this.#counts.keys()) if (!this.#isCounted(key)) this.#counts.delete(key);
  }
}

/** A part of a larger text, from 13 units on, holds all of it in memory (in V8): what is kept for long is copied. */
export function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}
