import { blockOf, type Spool, type SpooledPrediction } from '../model-store/index.ts';
import { inTime } from '../waiting/in-time.ts';
import { DatabaseAwayError, NotKeptError } from './errors.ts';
import { type Answered, isOther, type KeeperOptions, keptInSpool } from './keeper.ts';
import type { Kept } from './kept.ts';
import { replayOf } from './once-per-key.ts';
import { STATEMENT_BYTES, STATEMENT_ROWS } from './recorder.ts';

/** An answer to be kept, and the bytes that it takes. */
export interface Sized {
  readonly row: Answered;
  readonly bytes: number;
}

export interface ManyKeeperOptions extends Omit<KeeperOptions, 'spool'> {
  readonly spool: Pick<Spool, 'putBlock' | 'read'>;
}

type Fate = PromiseSettledResult<Kept>;

/** Their predictor is gone. */
const GONE: ReadonlySet<Kept['outcome'] | null> = new Set(['predictor_deleted', 'predictor_unknown']);

/** Groups that are being kept at a time: one is in the database while the next one waits for it. */
const LANES = 2;

/**
 * Keeps the answers of calls with many rows, a statement's rows at a time, however many such calls there are: a row that
 * comes alone finds few before it. What the database does not take goes into the spool, block by block. A row's budget
 * begins when its group does.
 */
export class ManyKeeper {
  readonly #options: ManyKeeperOptions;
  #free = LANES;
  readonly #waiting: (() => void)[] = [];
  /** By key, the last of the calls that came with it. */
  readonly #calls = new Map<string, Promise<unknown>>();

  constructor(options: ManyKeeperOptions) {
    this.#options = options;
  }

  /** Calls of one key come one after the other, so that the later ones find what the first has kept. */
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#calls.get(key) ?? Promise.resolve();
    const done = before.then(work, work);
    this.#calls.set(key, done);
    const forget = () => {
      if (this.#calls.get(key) === done) this.#calls.delete(key);
    };
    done.then(forget, forget);
    return done;
  }

  /** What became of each, in their order. One that nobody took stops no other. */
  async keep(rows: readonly Sized[]): Promise<Fate[]> {
    const fates = new Map<Sized, Fate>();
    await Promise.all(grouped(rows).map((group) => this.#inLane(group, fates)));
    return rows.map((row) => fates.get(row) ?? rejected(new NotKeptError()));
  }

  async #inLane(blocks: readonly Block[], fates: Map<Sized, Fate>): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await Promise.all(blocks.map((block) => this.#keep(block, fates)));
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }

  async #keep(block: Block, fates: Map<Sized, Fate>): Promise<void> {
    const { recorder, drain, budget } = this.#options;
    const began = performance.now();
    const firsts = await this.#firstsOf(block);
    const away: Sized[] = [];
    const record = async (sized: Sized): Promise<void> => {
      const first = firsts.get(sized.row.id);
      try {
        if (first !== undefined && isOther(first, sized.row)) {
          fates.set(sized, fulfilled({ outcome: 'reused', response: null }));
          return;
        }
        const { outcome, response } = await recorder.record(first ?? sized.row, sized.bytes);
        fates.set(sized, fulfilled(asFirst(first, { outcome, response })));
      } catch (error) {
        if (error instanceof DatabaseAwayError) away.push(sized);
        else fates.set(sized, rejected(error));
      }
    };
    await Promise.all(block.rows.map(record));
    const gone = block.rows.find((sized) => GONE.has(outcomeOf(fates.get(sized))));
    if (gone !== undefined) await this.#options.onGone?.(gone.row.predictor);
    if (away.length < block.rows.length) drain.poke();
    if (away.length === 0) return;
    const left = budget - (performance.now() - began);
    const kept = await this.#defer(
      block.name,
      away.map(({ row }) => firsts.get(row.id) ?? row),
      left,
    );
    away.forEach((sized, place) => {
      const fate = kept[place];
      if (fate !== undefined) fates.set(sized, asFirstFate(firsts.get(sized.row.id), fate));
    });
  }

  /** By id, what lies in the spool already of rows with a key: they are recorded as they were answered then. */
  async #firstsOf({ name, rows }: Block): Promise<ReadonlyMap<string, SpooledPrediction>> {
    const { spool, drain, budget } = this.#options;
    const isKeyed = rows.some(({ row }) => row.idempotency !== undefined);
    if (!isKeyed || !drain.isSuspected) return new Map();
    const lying = await inTime(spool.read(name), budget / 4).catch(() => null);
    return new Map((lying ?? []).map((one) => [one.id, one]));
  }

  /** Puts rows of one block into the spool. */
  async #defer(name: string, rows: readonly SpooledPrediction[], left: number): Promise<Fate[]> {
    const { spool, drain, metrics, budget } = this.#options;
    drain.suspect();
    const putting = spool.putBlock(name, rows);
    // Also where they come too late for their answers.
    putting.then(
      (lie) => drain.grown(lie.filter((lies, place) => lies === rows[place]).length),
      () => {},
    );
    let lie: readonly SpooledPrediction[] | null;
    try {
      lie = await inTime(putting, Math.max(left, budget));
      if (lie === null) throw new NotKeptError();
    } catch (error) {
      metrics.add('hundredfold_predictions_lost_total', rows.length);
      const lost = error instanceof NotKeptError ? error : new NotKeptError(error);
      return rows.map(() => rejected(lost));
    }
    const kept = rows.map((row, place) => keptInSpool(lie[place] ?? row, row));
    const deferred = kept.filter(({ outcome }) => outcome === 'deferred').length;
    metrics.add('hundredfold_predictions_deferred_total', deferred);
    return kept.map(fulfilled);
  }
}

/** Rows that wait in one object of the spool, where they have to: `newPlacedIds` and `placedIdsOf` make their ids. */
interface Block {
  readonly name: string;
  readonly rows: readonly Sized[];
}

/** The rows in groups of whole blocks, each of which fits a statement or is a single block. */
function grouped(rows: readonly Sized[]): Block[][] {
  const groups: Block[][] = [];
  let count = 0;
  let bytes = 0;
  for (const [name, block] of Map.groupBy(rows, ({ row }) => blockNamed(row.id))) {
    const size = block.reduce((sum, row) => sum + row.bytes, 0);
    count += block.length;
    bytes += size;
    const group = groups.at(-1);
    if (group === undefined || count > STATEMENT_ROWS || bytes > STATEMENT_BYTES) {
      groups.push([{ name, rows: block }]);
      count = block.length;
      bytes = size;
    } else {
      group.push({ name, rows: block });
    }
  }
  return groups;
}

function blockNamed(id: string): string {
  const name = blockOf(id);
  if (name === null) throw new RangeError(`${id} is no id of a row of a call`);
  return name;
}

function outcomeOf(fate: Fate | undefined): Kept['outcome'] | null {
  return fate?.status === 'fulfilled' ? fate.value.outcome : null;
}

function asFirst(first: SpooledPrediction | undefined, kept: Kept): Kept {
  return first === undefined ? kept : replayOf(first.idempotency, kept);
}

function asFirstFate(first: SpooledPrediction | undefined, fate: Fate): Fate {
  return fate.status === 'fulfilled' ? fulfilled(asFirst(first, fate.value)) : fate;
}

function fulfilled(value: Kept): Fate {
  return { status: 'fulfilled', value };
}

function rejected(reason: unknown): Fate {
  return { status: 'rejected', reason };
}
