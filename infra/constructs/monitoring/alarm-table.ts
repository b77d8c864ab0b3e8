import type { METRICS } from '../../../services/observability/metric-table.ts';

/** Which function a metric comes from. */
export type Source = 'predict' | 'train' | 'sweep';

/** A metric of the services' own, by the name that their code emits it under. */
export interface OwnMetric {
  readonly name: keyof typeof METRICS;
  readonly from: Source;
}

/**
 * A metric of AWS. Their names: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html,
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html (ACUUtilization:
 * per cent of the most that the cluster may have).
 */
export type AwsMetric =
  | { readonly name: 'Errors' | 'Throttles' | 'Invocations'; readonly of: Source }
  | { readonly name: '5XXError' | 'Latency'; readonly of: 'api' }
  | { readonly name: 'ACUUtilization'; readonly of: 'database' }
  | { readonly name: 'ApproximateNumberOfMessagesVisible'; readonly of: 'deadLetters' };

/** When somebody has to look. */
export interface AlarmEntry {
  readonly metric: OwnMetric | AwsMetric;
  /** A percentile of so few samples that it says nothing changes nothing. */
  readonly statistic: 'Sum' | 'Maximum' | 'Average' | 'p90';
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

/** Every alarm, by its name. Each looks at one metric: ten cost nothing in an account that has no others, each more 0.10 USD a month. */
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
  SlowAnswers: {
    metric: { name: 'Latency', of: 'api' },
    statistic: 'p90',
    threshold: 3000,
    minutes: 5,
    looks: 3,
    silence: 'well',
    help: 'For a quarter of an hour one answer in ten took three seconds or more. A large import may do that; else look at cold starts, the database and `predictMemory`.',
  },
  PredictThrottles: {
    metric: { name: 'Throttles', of: 'predict' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'Lambda refused calls of the predict function: too many at a time. Raise `predictConcurrency`, or the concurrency of the account in Service Quotas.',
  },
  RecordingFaults: {
    metric: { name: 'hundredfold_recording_faults_total', from: 'predict' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 5,
    looks: 1,
    silence: 'well',
    help: 'The database answers and refuses to record: a table, a function or a grant is missing, or an index is damaged. Predictions wait in the bucket meanwhile; the log of predict has its words.',
  },
  DatabaseAtMaximum: {
    metric: { name: 'ACUUtilization', of: 'database' },
    statistic: 'Average',
    threshold: 95,
    minutes: 5,
    looks: 3,
    silence: 'well',
    help: 'The database has had all the capacity that it may have for a quarter of an hour. Raise `databaseMaxCapacity`, or ask less of it: what is slow now is spooled soon.',
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
  SpoolRefused: {
    metric: { name: 'hundredfold_spool_aside_objects', from: 'sweep' },
    statistic: 'Maximum',
    threshold: 1,
    minutes: 15,
    looks: 1,
    silence: 'well',
    help: 'Predictions that were answered could not be recorded and were set aside. The logs of sweep and predict say why, by their ids; once that is gone, `hundredfold spool return` puts them back.',
  },
  DispatchFailures: {
    metric: { name: 'hundredfold_dispatch_failures_total', from: 'sweep' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 15,
    looks: 1,
    silence: 'well',
    help: 'The sweep could not invoke the train function: what was asked for does not begin. Its log says what Lambda said.',
  },
  DatabaseInvocations: {
    metric: { name: 'hundredfold_database_invocations_failed_total', from: 'sweep' },
    statistic: 'Sum',
    threshold: 1,
    minutes: 15,
    looks: 1,
    silence: 'well',
    help: 'The database could not invoke the train function, and the sweep did, minutes later. Where this comes again, the endpoint of Lambda is paid for nothing: see to it and to the role of the database, or set `invokeFromDatabase` to false.',
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
