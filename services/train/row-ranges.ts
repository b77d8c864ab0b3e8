/**
 * The ids of rows as PostgreSQL writes an int8multirange: `{[1,4),[7,8)}`. Ids must come in ascending order, none
 * twice; they are strings because they may pass 2^53.
 */
export class RowRanges {
  readonly #ranges: string[] = [];
  #from = -1n;
  #to = -1n;

  add(id: string): void {
    const next = BigInt(id);
    if (next <= this.#to - 1n) throw new RangeError(`row ${id} came after row ${this.#to - 1n}`);
    if (next === this.#to) {
      this.#to += 1n;
      return;
    }
    this.#close();
    this.#from = next;
    this.#to = next + 1n;
  }

  toString(): string {
    const open = this.#from < 0n ? [] : [`[${this.#from},${this.#to})`];
    return `{${[...this.#ranges, ...open].join(',')}}`;
  }

  #close(): void {
    if (this.#from >= 0n) this.#ranges.push(`[${this.#from},${this.#to})`);
  }
}
