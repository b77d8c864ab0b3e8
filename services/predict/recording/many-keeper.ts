import type { Answered, Keeper } from './keeper.ts';
import type { Kept } from './kept.ts';
import { STATEMENT_BYTES, STATEMENT_ROWS } from './recorder.ts';

/** An answer to be kept, and the bytes that it takes. */
export interface Sized {
  readonly row: Answered;
  readonly bytes: number;
}

/** Groups that are being kept at a time: one is in the database while the next one waits for it. */
const LANES = 2;

/**
 * Keeps the answers of calls with many rows, a statement's rows at a time, however many such calls there are: a row that
 * comes alone finds few before it. Its budget begins when a row is handed over.
 */
export class ManyKeeper {
  readonly #keeper: Pick<Keeper, 'keep'>;
  #free = LANES;
  readonly #waiting: (() => void)[] = [];

  constructor(keeper: Pick<Keeper, 'keep'>) {
    this.#keeper = keeper;
  }

  /** What became of each, in their order. One that nobody took stops no other. */
  async keep(rows: readonly Sized[]): Promise<PromiseSettledResult<Kept>[]> {
    const settled = await Promise.all(grouped(rows).map((group) => this.#inLane(group)));
    return settled.flat();
  }

  async #inLane(group: readonly Sized[]): Promise<PromiseSettledResult<Kept>[]> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await Promise.allSettled(group.map(({ row, bytes }) => this.#keeper.keep(row, bytes)));
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** The rows in groups that fit a statement each. */
function grouped(rows: readonly Sized[]): Sized[][] {
  const groups: Sized[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const group = groups.at(-1);
    bytes += row.bytes;
    if (group === undefined || group.length === STATEMENT_ROWS || bytes > STATEMENT_BYTES) {
      groups.push([row]);
      bytes = row.bytes;
    } else {
      group.push(row);
    }
  }
  return groups;
}
