import type { METRICS } from '../../../services/observability/metric-table.ts';

/** Which function a metric comes from. */
export type Source = 'predict' | 'train' | 'sweep';

/** A metric of the services' own, by the name that their code emits it under. */
export interface OwnMetric {
  readonly name: keyof typeof METRICS;
  readonly from: Source;
}

/** A metric of AWS. */
export interface AwsMetric {
  readonly name: 'Errors' | 'Throttles' | 'Invocations' | '5XXError' | 'ApproximateNumberOfMessagesVisible';
  readonly of: Source | 'api' | 'deadLetters';
}

/** When somebody has to look. */
export interface AlarmEntry {
  readonly metric: OwnMetric | AwsMetric;
  readonly statistic: 'Sum' | 'Maximum';
  /** It goes off at this and above, or below it. */
  readonly threshold: number;
  readonly below?: boolean;
  /** Minutes of one look, and how many looks in a row have to say so. */
  readonly minutes: number;
  readonly looks: number;
  /** Nothing heard counts as: well, or as what it warns of. */
  readonly silence: 'well' | 'alarm';
  /** What it means and what to do, for the message that it sends. */
  readonly help: string;
}

/** Every alarm, by its name. Ten cost nothing in an account that has no others, where each looks at one metric. */
export const ALARMS = {
  PredictErrors: {
    metric: { name: 'Errors', of: 'predict' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'The predict function failed or was cut off. Its log says why; clients got a 5xx and may send the same again.',
  },
  ApiFailures: {
    metric: { name: '5XXError', of: 'api' },
    statistic: 'Sum',
    threshold: 5,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'Five answers of 5xx in five minutes. The access log says for which routes, the log of predict why.',
  },
  PredictionsLost: {
    metric: { name: 'hundredfold_predictions_lost_total', from: 'predict' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'Predictions were refused with 503: neither the database nor the bucket took them. Clients have to send them again.',
  },
  TrainErrors: {
    metric: { name: 'Errors', of: 'train' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'The train function failed or was cut off. Lambda tries twice more, then the event is a dead letter.',
  },
  RetrainingsFailed: {
    metric: { name: 'hundredfold_retrainings_failed_total', from: 'train' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'A retraining ended as failed; the champion serves on. `hundredfold status PREDICTOR` says the reason.',
  },
  DeadLetters: {
    metric: { name: 'ApproximateNumberOfMessagesVisible', of: 'deadLetters' },
    statistic: 'Maximum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'Events of the train function that failed three times. When the cause is gone: `hundredfold replay`.',
  },
  SweepSilent: {
    metric: { name: 'Invocations', of: 'sweep' },
    statistic: 'Sum',
    threshold: 1,
    below: true,
    minutes: 60,
    looks: 1,
    silence: 'alarm',
    help: 'The sweep did not run for an hour: what waits in the bucket stays there. Look at its rule in EventBridge.',
  },
  SweepProblems: {
    metric: { name: 'hundredfold_sweep_problems_total', from: 'sweep' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 15,
    looks: 2,
    silence: 'well',
    help: 'Steps of the sweep have failed for half an hour. Its log says which and why.',
  },
  SpoolOld: {
    metric: { name: 'hundredfold_spool_oldest_seconds', from: 'sweep' },
    statistic: 'Maximum',
    threshold: 900,
    minutes: 15,
    looks: 1,
    silence: 'well',
    help: 'Predictions have waited in the bucket for a quarter of an hour: the database does not take them.',
  },
  RetrainingsWaiting: {
    metric: { name: 'hundredfold_pending_oldest_seconds', from: 'sweep' },
    statistic: 'Maximum',
    threshold: 1800,
    minutes: 15,
    looks: 1,
    silence: 'well',
    help: 'A retraining was asked for half an hour ago and has not begun. The logs of sweep and train say why.',
  },
} as const satisfies Readonly<Record<string, AlarmEntry>>;
