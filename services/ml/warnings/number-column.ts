import { type Count, Extremes } from './extremes.ts';

/** Different values kept at either end: those that stand apart, and enough of the rest to see how far it reaches. */
const ENDS = 64;
/** Values kept of all, for the median. */
const SAMPLE = 1024;

/** What is kept of a column of numbers (or of dates, as days), in bounded memory, whatever its length. */
export class NumberColumn {
  readonly #largest = new Extremes(ENDS, 'largest');
  readonly #smallest = new Extremes(ENDS, 'smallest');
  #sample: number[] = [];
  #stride = 1;
  #rows = 0;
  #whole = 0;
  #rises = 0;
  #last = Number.NaN;
  #first = Number.NaN;

  add(value: number): void {
    if (this.#rows === 0) this.#first = value;
    if (this.#rows % this.#stride === 0) this.#keep(value);
    this.#rows++;
    if (Number.isInteger(value)) this.#whole++;
    if (value > this.#last) this.#rises++;
    this.#last = value;
    this.#largest.add(value);
    this.#smallest.add(value);
  }

  get rows(): number {
    return this.#rows;
  }

  /** From the largest downwards, and from the smallest upwards. */
  get ends(): { readonly largest: Count[]; readonly smallest: Count[] } {
    return { largest: this.#largest.list(), smallest: this.#smallest.list() };
  }

  /** Ascending; evenly from all rows. */
  get sample(): Float64Array {
    return new Float64Array(this.#sample).sort();
  }

  /** Ascending: the sample, and what lies beyond it. Of a short column, all of it. */
  get outline(): Float64Array {
    const inner = this.sample;
    const [low, high] = [inner[0] ?? 0, inner.at(-1) ?? 0];
    const { largest, smallest } = this.ends;
    const outer = new Set([...largest, ...smallest].map(({ value }) => value));
    return Float64Array.from([...inner, ...[...outer].filter((value) => value < low || value > high)]).sort();
  }

  /** Whole numbers alone, of which nearly each is larger than the one before. */
  get isRunning(): boolean {
    return this.#whole === this.#rows && this.#rises >= 0.99 * (this.#rows - 1) && this.#last > this.#first;
  }

  /** How much a running number rises from row to row. */
  get step(): number {
    return (this.#last - this.#first) / (this.#rows - 1);
  }

  #keep(value: number): void {
    this.#sample.push(value);
    if (this.#sample.length < 2 * SAMPLE) return;
    this.#sample = this.#sample.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }
}
