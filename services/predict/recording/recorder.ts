import type { NewPrediction, RecordedPrediction } from '../../../database/index.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { DatabaseWatch } from './database-watch.ts';
import { DatabaseAwayError } from './errors.ts';
import { type Predictions, recordEach } from './record-each.ts';

/** Rows of one statement, at most. */
const BATCH = 200;
/** Bytes of the rows of one statement, at most: they go over the wire in one piece. */
const BATCH_BYTES = 1_048_576;

/**
 * How long after a statement rows are gathered for the next one, in milliseconds, unless all who may ask are there before:
 * whoever was just answered may ask again. A statement costs as much to begin as some twenty of its rows: for 32
 * clients, PostgreSQL takes 38 µs a row where a statement begins at once with those who are there, half of them on
 * average, and 27 µs where it waits for the others.
 */
const GATHERING = 1;

interface Waiting {
  readonly row: NewPrediction;
  readonly bytes: number;
  readonly timer: NodeJS.Timeout;
  /** Takes the fate or the error; the first one counts. */
  readonly settle: (fate: RecordedPrediction | null, error?: unknown) => void;
  settled: boolean;
}

export interface RecorderOptions {
  /** Its statements are bounded by `patience` too. */
  readonly predictions: Predictions;
  /** How long a row waits for its fate, in milliseconds. */
  readonly patience: number;
  /** How long after a statement all who ask are waited for, in milliseconds; 1 unless given. */
  readonly gathering?: number;
  readonly watch: Pick<DatabaseWatch, 'isAway' | 'lost' | 'answered'>;
  readonly metrics: Metrics;
  /** Called after each commit: `waiting` where it left a retraining to be dispatched. */
  readonly onRecorded: (waiting: boolean) => void;
}

/**
 * Records predictions in groups: rows that arrive while a statement is under way go into the next one. A predictor's
 * counter is one row, so statements of one row each would wait for each other's commit. A lone row waits for nothing; a
 * few right after many wait a moment for others. A row whose fate is not known in time leaves the queue, and nothing is
 * queued while the database is away.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  #queue: Waiting[] = [];
  #running: Promise<void> | null = null;
  /** Who may ask now, as of the end of the last statement: the rows that it had, and that waited by then. */
  #asking = 0;
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
      const waiting: Waiting = {
        row,
        bytes,
        settled: false,
        timer: setTimeout(() => waiting.settle(null, new DatabaseAwayError()), this.#options.patience),
        settle: (fate, error) => {
          if (waiting.settled) return;
          waiting.settled = true;
          clearTimeout(waiting.timer);
          if (fate === null) reject(error);
          else resolve(fate);
        },
      };
      this.#queue.push(waiting);
      this.#running ??= this.#run();
      if (this.#queue.length >= this.#asking) this.#gathered?.();
    });
  }

  /** Waits until no statement is under way. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Rows that came with this one, in the same turn of the event loop, share its statement.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      if (this.#queue.length < this.#asking) await this.#gather(this.#gatherUntil - performance.now());
      const batch = this.#next();
      await this.#send(batch);
      this.#asking = Math.min(BATCH, batch.length + this.#queue.length);
      this.#gatherUntil = performance.now() + (this.#options.gathering ?? GATHERING);
    }
    this.#running = null;
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
        if (batch.length === BATCH || (batch.length > 0 && bytes + waiting.bytes > BATCH_BYTES)) break;
        batch.push(waiting);
        bytes += waiting.bytes;
      }
      taken++;
    }
    this.#queue.splice(0, taken);
    return batch;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const { predictions, watch, metrics, onRecorded } = this.#options;
    try {
      await recordEach(predictions, batch, {
        row: ({ row }) => row,
        wanted: ({ settled }) => !settled,
        onFate: (waiting, fate) => waiting.settle(fate),
        onRefused: (waiting, error) => waiting.settle(null, error),
        onCommitted: (rows, waiting, milliseconds) => {
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
      for (const waiting of everybody) waiting.settle(null, new DatabaseAwayError(error));
    }
  }
}
