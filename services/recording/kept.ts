import type { RecordedPrediction } from '../../database/index.ts';

/**
 * What became of an answer. `response` is what was answered under its key before, as JSON; null where this answer is
 * the first. `deferred`: it lies in the spool, and is recorded later.
 */
export interface Kept {
  readonly outcome: RecordedPrediction['outcome'] | 'deferred';
  readonly response: string | null;
}
