import type { Verdict } from '../../../database/index.ts';

/** Where the train function writes what it does. */
export interface TrainLog {
  info(message: string, fields?: Readonly<Record<string, string | number | boolean | null>>): void;
  error(message: string, error?: unknown): void;
}

/** What it counts. */
export interface TrainMetrics {
  add(
    name:
      | 'hundredfold_retrainings_failed_total'
      | 'hundredfold_train_events_refused_total'
      | 'hundredfold_dispatch_failures_total',
    amount?: number,
  ): void;
  add(
    name: 'hundredfold_retrainings_finished_total',
    amount: number,
    labels: { readonly verdict: Verdict['verdict'] },
  ): void;
  observe(name: 'hundredfold_retraining_seconds', value: number): void;
}
