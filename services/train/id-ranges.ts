/** From `from` up to, and without, `to`. */
interface Range {
  readonly from: bigint;
  to: bigint;
}

/**
 * A set of ids as PostgreSQL writes an int8multirange: `{[1,4),[7,8)}`. They may come in any order, none twice; most come
 * one after the other, and take no room. They are strings because they may pass 2^53.
 */
export class IdRanges {
  readonly #ranges: Range[] = [];

  add(id: string): void {
    const next = BigInt(id);
    const last = this.#ranges.at(-1);
    if (last?.to === next) last.to += 1n;
    else this.#ranges.push({ from: next, to: next + 1n });
  }

  /** @throws RangeError when an id came twice */
  toString(): string {
    const joined: Range[] = [];
    for (const { from, to } of this.#ranges.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
      const last = joined.at(-1);
      if (last !== undefined && from < last.to) throw new RangeError(`id ${from} came twice`);
      if (last?.to === from) last.to = to;
      else joined.push({ from, to });
    }
    return `{${joined.map(({ from, to }) => `[${from},${to})`).join(',')}}`;
  }
}
