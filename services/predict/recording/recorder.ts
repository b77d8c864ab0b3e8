import {
  type Database,
  isUnavailable,
  type NewPrediction,
  type RecordedPrediction,
} from '../../../database/index.ts';

/** Rows of one statement, at most. */
const BATCH = 200;

interface Waiting {
  readonly row: NewPrediction;
  readonly resolve: (fate: RecordedPrediction) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records predictions in groups: rows that arrive while a statement is under way go into the next one. A predictor's
 * counter is one row, so statements of one row each would wait for each other's commit; a lone row waits for nothing.
 */
export class Recorder {
  readonly #predictions: Pick<Database['predictions'], 'record'>;
  readonly #onRecorded: (waiting: boolean) => void;
  readonly #queue: Waiting[] = [];
  #running = false;

  /** `onRecorded` is called after each commit: `waiting` where it left a retraining to be dispatched. */
  constructor(predictions: Pick<Database['predictions'], 'record'>, onRecorded: (waiting: boolean) => void) {
    this.#predictions = predictions;
    this.#onRecorded = onRecorded;
  }

  /** Records a row; settles once it is committed, with its own fate: a bad row fails no neighbour. */
  record(row: NewPrediction): Promise<RecordedPrediction> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ row, resolve, reject });
      if (!this.#running) this.#start();
    });
  }

  /** Rows that came with this one, in the same turn of the event loop, share its statement. */
  #start(): void {
    this.#running = true;
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#send(this.#queue.splice(0, BATCH));
    this.#running = false;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    try {
      const { fates, waiting } = await this.#predictions.record(batch.map(({ row }) => row));
      const byId = new Map(fates.map((fate) => [fate.id, fate]));
      for (const { row, resolve, reject } of batch) {
        const fate = byId.get(row.id);
        if (fate === undefined) reject(new Error(`prediction ${row.id} has no fate`));
        else resolve(fate);
      }
      this.#onRecorded(waiting);
    } catch (error) {
      if (batch.length === 1 || isUnavailable(error)) for (const { reject } of batch) reject(error);
      else for (const waiting of batch) await this.#send([waiting]);
    }
  }
}
