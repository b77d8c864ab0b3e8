/** A value and how many rows hold it. */
export interface Count {
  readonly value: number;
  readonly rows: number;
}

/** The `limit` largest different values of a column with their rows, or the smallest, whatever the column's length. */
export class Extremes {
  readonly #limit: number;
  readonly #sign: 1 | -1;
  /** Times the sign, descending; only the first `#held` count. */
  readonly #values: Float64Array;
  readonly #rows: Float64Array;
  #held = 0;

  constructor(limit: number, which: 'largest' | 'smallest') {
    this.#limit = limit;
    this.#sign = which === 'largest' ? 1 : -1;
    this.#values = new Float64Array(limit);
    this.#rows = new Float64Array(limit);
  }

  add(raw: number): void {
    const values = this.#values;
    const value = raw * this.#sign;
    if (this.#held === this.#limit && value < (values[this.#limit - 1] as number)) return;
    let low = 0;
    let high = this.#held;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((values[middle] as number) > value) low = middle + 1;
      else high = middle;
    }
    if (low < this.#held && values[low] === value) {
      this.#rows[low] = (this.#rows[low] as number) + 1;
      return;
    }
    if (this.#held < this.#limit) this.#held++;
    values.copyWithin(low + 1, low, this.#held - 1);
    this.#rows.copyWithin(low + 1, low, this.#held - 1);
    values[low] = value;
    this.#rows[low] = 1;
  }

  /** From the most extreme inwards. */
  list(): Count[] {
    return Array.from({ length: this.#held }, (_, i) => ({
      value: (this.#values[i] as number) * this.#sign || 0,
      rows: this.#rows[i] as number,
    }));
  }
}
