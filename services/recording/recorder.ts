import type { NewPrediction, RecordedPrediction } from '../../database/index.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { DatabaseWatch } from './database-watch.ts';
import { DatabaseAwayError } from './errors.ts';
import { isRowsFault } from './fault.ts';
import { type Predictions, recordEach } from './record-each.ts';

/** Rows of one statement, at most. */
export const STATEMENT_ROWS = 200;
/** Bytes of the rows of one statement, at most: they go over the wire in one piece. */
export const STATEMENT_BYTES = 1_048_576;

/**
 * How long after a statement rows are gathered for the next one, in milliseconds, unless half of those who may ask are there
 * before: a statement costs as much to begin as some twenty of its rows. With one half in the database and the other
 * half being answered, both are busy; for 32 clients that is a fifth more rows a second than when all wait for one
 * statement, unless the clients take the processor that the database needs.
 */
const GATHERING = 1;

interface Waiting {
  readonly row: NewPrediction;
  readonly bytes: number;
  /** When its patience ends, by `performance.now()`. */
  readonly deadline: number;
  readonly resolve: (fate: RecordedPrediction) => void;
  readonly reject: (error: unknown) => void;
  settled: boolean;
}

export interface RecorderOptions {
  /** Its statements are bounded by `patience` too. */
  readonly predictions: Predictions;
  /** How long a row waits for its fate, in milliseconds. */
  readonly patience: number;
  /** How long after a statement half of those who ask are waited for, in milliseconds; 1 unless given. */
  readonly gathering?: number;
  readonly watch: Pick<DatabaseWatch, 'isAway' | 'lost' | 'answered'>;
  readonly metrics: Metrics;
  /** Called after each commit: `waiting` where it left a retraining to be dispatched. */
  readonly onRecorded: (waiting: boolean) => void;
}

interface Fate {
  readonly waiting: Waiting;
  readonly fate: RecordedPrediction;
}

/**
 * Records predictions in groups: rows that arrive while a statement is under way go into the next one, which is on its way
 * before those of the last one are answered. A predictor's counter is one row, so statements of one row each would wait
 * for each other's commit. A lone row waits for nothing; a few right after many wait a moment for others. A row whose
 * fate is not known in time leaves the queue, and nothing is queued while the database is away.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  #queue: Waiting[] = [];
  /** The rows whose statement is under way: all of them came before those of the queue. */
  #sent: readonly Waiting[] = [];
  /** Until the row that waits longest may have waited too long: one for all, since all have the same patience. */
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  /** Rows that are worth a statement: half of those that the last one had or left waiting. */
  #enough = 0;
  #gatherUntil = Number.NEGATIVE_INFINITY;
  #gathered: (() => void) | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /**
   * Records a row of some `bytes`; settles with its own fate once it is committed: a bad row fails no neighbour.
   * @throws DatabaseAwayError when the database is away, or did not say in time what became of the row: it may be
   * recorded all the same, and recording it again changes nothing
   */
  record(row: NewPrediction, bytes: number): Promise<RecordedPrediction> {
    if (this.#options.watch.isAway) return Promise.reject(new DatabaseAwayError());
    return new Promise((resolve, reject) => {
      const { patience } = this.#options;
      this.#queue.push({
        row,
        bytes,
        deadline: performance.now() + patience,
        resolve,
        reject,
        settled: false,
      });
      this.#timer ??= setTimeout(this.#expire, patience);
      this.#running ??= this.#run();
      if (this.#queue.length >= this.#enough) this.#gathered?.();
    });
  }

  /** Waits until no statement is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Rows that waited too long leave. */
  readonly #expire = (): void => {
    const now = performance.now();
    const all = [...this.#sent, ...this.#queue];
    for (const waiting of all) if (waiting.deadline <= now) refuse(waiting, new DatabaseAwayError());
    const next = all.find(({ settled }) => !settled);
    this.#timer = next === undefined ? null : setTimeout(this.#expire, next.deadline - now);
  };

  async #run(): Promise<void> {
    // Rows that came with this one, in the same turn of the event loop, share its statement.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      if (this.#queue.length < this.#enough) await this.#gather(this.#gatherUntil - performance.now());
      const batch = this.#next();
      this.#sent = batch;
      const fates = await this.#send(batch);
      this.#sent = [];
      this.#enough = Math.min(STATEMENT_ROWS, Math.ceil((batch.length + this.#queue.length) / 2));
      this.#gatherUntil = performance.now() + (this.#options.gathering ?? GATHERING);
      // The next statement goes first: the database works while these are answered.
      if (this.#queue.length >= this.#enough) setImmediate(answer, fates);
      else answer(fates);
    }
    this.#running = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #gather(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#gathered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#gathered = null;
  }

  #next(): Waiting[] {
    const batch: Waiting[] = [];
    let taken = 0;
    let bytes = 0;
    for (const waiting of this.#queue) {
      if (!waiting.settled) {
        if (batch.length === STATEMENT_ROWS || (batch.length > 0 && bytes + waiting.bytes > STATEMENT_BYTES))
          break;
        batch.push(waiting);
        bytes += waiting.bytes;
      }
      taken++;
    }
    this.#queue.splice(0, taken);
    return batch;
  }

  /** The fates of rows that were recorded together; those of others were told already. */
  async #send(batch: readonly Waiting[]): Promise<Fate[]> {
    const { predictions, watch, metrics, onRecorded } = this.#options;
    const fates: Fate[] = [];
    /** Was the whole refused, so that a row at fault is looked for? Nobody waits for that whose fate is known. */
    let isDivided = false;
    try {
      await recordEach(predictions, batch, {
        row: ({ row }) => row,
        wanted: ({ settled }) => !settled,
        onFate: (waiting, fate) => {
          if (isDivided) answer([{ waiting, fate }]);
          else fates.push({ waiting, fate });
        },
        onRefused: (waiting, error) =>
          refuse(waiting, isRowsFault(error) ? error : new DatabaseAwayError(error)),
        onCommitted: (rows, waiting, milliseconds) => {
          isDivided = rows < batch.length;
          metrics.add('hundredfold_predictions_recorded_total', rows);
          metrics.observe('hundredfold_recording_rows', rows);
          metrics.observe('hundredfold_recording_seconds', milliseconds / 1000);
          watch.answered();
          onRecorded(waiting);
        },
      });
    } catch (error) {
      watch.lost(error);
      const everybody = [...batch, ...this.#queue];
      this.#queue = [];
      for (const waiting of everybody) refuse(waiting, new DatabaseAwayError(error));
    }
    return fates;
  }
}

// Of a fate and an error, what comes first counts.

function answer(fates: readonly Fate[]): void {
  for (const { waiting, fate } of fates) {
    if (waiting.settled) continue;
    waiting.settled = true;
    waiting.resolve(fate);
  }
}

function refuse(waiting: Waiting, error: unknown): void {
  if (waiting.settled) return;
  waiting.settled = true;
  waiting.reject(error);
}
