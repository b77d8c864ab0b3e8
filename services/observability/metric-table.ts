/** A metric: what kind it is, what it says, and the names of its labels. Buckets are upper bounds, in its unit. */
interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels?: readonly string[];
  readonly buckets?: readonly number[];
}

/**
 * Every metric of the services, by its name: the one place where they are made up. Pure data without imports, for the
 * stack's alarms are made from it too.
 */
export const METRICS = {
  hundredfold_predictions_recorded_total: {
    type: 'counter',
    help: 'Predictions stored in the database, those that came from the spool included.',
  },
  hundredfold_predictions_deferred_total: {
    type: 'counter',
    help: 'Predictions answered while the database was away, and put into the spool.',
  },
  hundredfold_predictions_lost_total: {
    type: 'counter',
    help: 'Rows refused with 503, since neither the database nor the spool took the row in time.',
  },
  hundredfold_spool_dropped_total: {
    type: 'counter',
    help: 'Predictions that left the spool unrecorded, since their predictor was deleted meanwhile.',
  },
  hundredfold_spool_drained_total: {
    type: 'counter',
    help: 'Predictions that left the spool, for the database or because they were erased meanwhile.',
  },
  hundredfold_spool_refused_total: {
    type: 'counter',
    help: 'Objects of the spool that could not be recorded and were moved aside. Any is worth a look.',
  },
  hundredfold_spool_aside_objects: {
    type: 'gauge',
    help: 'Objects that lay aside when they were last counted, since they could not be recorded. `hundredfold spool return` puts them back.',
  },
  hundredfold_spool_objects: {
    type: 'gauge',
    help: 'Predictions in the spool when it was last looked at.',
  },
  hundredfold_spool_passed_over: {
    type: 'gauge',
    help: 'Objects passed over when the spool was last looked through: unreadable, no predictions, or refused by no fault of their row. Any is worth a look.',
  },
  hundredfold_recording_rows: {
    type: 'histogram',
    help: 'Rows of one recording statement.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200],
  },
  hundredfold_recording_seconds: {
    type: 'histogram',
    help: 'How long a recording statement took, in seconds.',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  },
  hundredfold_recording_faults_total: {
    type: 'counter',
    help: 'Calls that the database refused by a fault of the program or the schema, while rows went into the spool. Any is worth a look.',
  },
  hundredfold_database_away: {
    type: 'gauge',
    help: '1 while the database does not answer this process, else 0.',
  },
  hundredfold_champion_problems_total: {
    type: 'counter',
    help: 'Champions that could not be taken over when their pointer was looked at; the ones before them serve on.',
    labels: ['predictor'],
  },
  hundredfold_dispatch_failures_total: {
    type: 'counter',
    help: 'Calls that were to send pending retrainings on their way, and failed.',
  },
  hundredfold_database_invocations_failed_total: {
    type: 'counter',
    help: 'Sweeps that had to invoke the train function, since the database could not. Until it can, its way there is paid for nothing.',
  },
  hundredfold_retrainings_failed_total: {
    type: 'counter',
    help: 'Retrainings that ended as failed.',
  },
  hundredfold_retrainings_finished_total: {
    type: 'counter',
    help: 'Retrainings that ended with a verdict, by it.',
    labels: ['verdict'],
  },
  hundredfold_retraining_seconds: {
    type: 'histogram',
    help: 'How long a retraining took from its claim to its verdict, in seconds.',
    buckets: [1, 5, 15, 60, 180, 420, 840],
  },
  hundredfold_train_events_refused_total: {
    type: 'counter',
    help: 'Events that the train function could not read. Any is worth a look.',
  },
  hundredfold_spool_oldest_seconds: {
    type: 'gauge',
    help: 'For how long the oldest prediction has lain in the spool, as of the last sweep; 0 where none does.',
  },
  hundredfold_pending_oldest_seconds: {
    type: 'gauge',
    help: 'For how long the oldest request that may be sent has waited for a trainer, as of the last sweep.',
  },
  hundredfold_sweep_problems_total: {
    type: 'counter',
    help: 'Steps of a sweep that failed; the next sweep does them again.',
  },
  hundredfold_errors_total: {
    type: 'counter',
    help: 'Answers of 500 and more.',
  },
  hundredfold_cold_starts_total: {
    type: 'counter',
    help: 'Calls that a function answered first, so that they waited for its start.',
  },
} as const satisfies Readonly<Record<string, MetricEntry>>;

type Table = typeof METRICS;

/** The names of the metrics of one kind. */
export type MetricName<Kind extends MetricEntry['type']> = {
  [Name in keyof Table]: Table[Name]['type'] extends Kind ? Name : never;
}[keyof Table];
