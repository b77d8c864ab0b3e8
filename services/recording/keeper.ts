import type { NewPrediction } from '../../database/index.ts';
import type { Spool, SpooledPrediction } from '../model-store/index.ts';
import type { Metrics } from '../observability/metrics.ts';
import { inTime } from '../waiting/in-time.ts';
import { DatabaseAwayError, NotKeptError } from './errors.ts';
import type { Kept } from './kept.ts';
import { OncePerKey, replayOf } from './once-per-key.ts';
import type { Recorder } from './recorder.ts';
import type { SpoolDrain } from './spool-drain.ts';

/** An answer to be kept. */
export type Answered = SpooledPrediction & Pick<NewPrediction, 'json'>;

export interface KeeperOptions {
  readonly recorder: Pick<Recorder, 'record'>;
  readonly spool: Pick<Spool, 'put' | 'get'>;
  readonly drain: Pick<SpoolDrain, 'isSuspected' | 'suspect' | 'grown' | 'poke'>;
  readonly metrics: Metrics;
  /** The database has no such predictor any more: what is in memory of it is not in force. Awaited, and never rejects. */
  readonly onGone?: (predictor: string) => Promise<void>;
  /**
   * Milliseconds from a row's coming to its answer, the recorder's patience among them. A spool that does not take the row
   * in what is left is waited for as long again, before the row is given up.
   */
  readonly budget: number;
}

/** Keeps answers before they are given: in the database or, where that does not answer in time, in the spool. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #once = new OncePerKey();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /**
   * Keeps an answer of some `bytes`, within the budget. Equal keys at a time share one fate.
   * @throws NotKeptError when nobody took it
   */
  keep(row: Answered, bytes: number): Promise<Kept> {
    const { idempotency } = row;
    if (idempotency === undefined) return this.#keep(row, bytes);
    return this.#once.keep(row.id, idempotency, () => this.#keepKeyed(row, bytes));
  }

  /** A row whose key may lie in the spool already is recorded as it was answered then. */
  async #keepKeyed(row: Answered, bytes: number): Promise<Kept> {
    const { spool, drain, budget } = this.#options;
    if (!drain.isSuspected) return this.#keep(row, bytes);
    const began = performance.now();
    const first = await inTime(spool.get(row.id), budget / 4).catch(() => null);
    const left = budget - (performance.now() - began);
    if (first === null) return this.#keep(row, bytes, left);
    if (isOther(first, row)) return { outcome: 'reused', response: null };
    return replayOf(first.idempotency, await this.#keep(first, bytes, left));
  }

  async #keep(row: Answered, bytes: number, budget = this.#options.budget): Promise<Kept> {
    const { recorder, drain, onGone } = this.#options;
    const began = performance.now();
    try {
      const { outcome, response } = await recorder.record(row, bytes);
      drain.poke();
      if (outcome === 'predictor_deleted' || outcome === 'predictor_unknown') await onGone?.(row.predictor);
      return { outcome, response };
    } catch (error) {
      if (!(error instanceof DatabaseAwayError)) throw error;
      return this.#defer(row, budget - (performance.now() - began), error);
    }
  }

  async #defer(row: SpooledPrediction, left: number, cause: DatabaseAwayError): Promise<Kept> {
    const { spool, drain, metrics } = this.#options;
    drain.suspect();
    const putting = spool.put(row);
    // Also where it comes too late for its answer.
    putting.then(
      (lies) => lies === row && drain.grown(),
      () => {},
    );
    // On a machine that is out of breath a late answer is better than none: the spool is given a budget of its own.
    const lies = await inTime(putting, Math.max(left, this.#options.budget)).catch((error: unknown) => {
      metrics.add('hundredfold_predictions_lost_total');
      throw new NotKeptError(error);
    });
    if (lies === null) {
      metrics.add('hundredfold_predictions_lost_total');
      throw new NotKeptError(cause);
    }
    const kept = keptInSpool(lies, row);
    if (kept.outcome === 'deferred') metrics.add('hundredfold_predictions_deferred_total');
    return kept;
  }
}

/** What became of a row where `lies` lies in the spool under its id. */
export function keptInSpool(lies: SpooledPrediction, row: SpooledPrediction): Kept {
  if (isOther(lies, row)) return { outcome: 'reused', response: null };
  return { outcome: 'deferred', response: lies === row ? null : responseOf(lies) };
}

/** Came the key with another body? */
export function isOther(lies: SpooledPrediction, row: SpooledPrediction): boolean {
  return lies.idempotency?.fingerprint !== row.idempotency?.fingerprint;
}

function responseOf({ idempotency }: SpooledPrediction): string | null {
  return idempotency?.response ?? null;
}
