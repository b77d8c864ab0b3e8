import type { Database } from '../../database/index.ts';
import { type ObjectStore, Spool } from '../model-store/index.ts';
import type { Log } from '../observability/error-log.ts';
import type { Metrics } from '../observability/metrics.ts';
import { Aside } from './aside.ts';
import { DatabaseWatch } from './database-watch.ts';
import { Keeper } from './keeper.ts';
import { ManyKeeper } from './many-keeper.ts';
import { Recorder } from './recorder.ts';
import { SpoolDrain } from './spool-drain.ts';

/** Whoever asks how much lies aside seldom waits longer, in milliseconds. */
const COUNT_WITHIN = 1_000;
/** The database's part of the budget; the rest is the spool's, which has to take the row where the database did not. */
const DATABASES_PART = 0.6;

/** Times in milliseconds. */
export interface RecordingSettings {
  /**
   * From a prediction's answer to its being stored or spooled, in all. Only where the spool does not answer either does a
   * client wait longer: twice this at most, and is refused then.
   */
  readonly recordingBudget: number;
  /**
   * How long this process takes rows out of the spool at a stretch, in the background; without end where nothing freezes
   * or ends it meanwhile.
   */
  readonly drainTime: number;
  /**
   * The database pauses where nobody asks it, and costs money while it is awake: calls alone that were let in for a role ask
   * it, and neither a probe of `/ready` nor a timer does.
   */
  readonly databaseSleeps: boolean;
  /** How long every other call but an import waits for one answer of the database. */
  readonly databaseTimeout: number;
}

export interface RecordingOptions {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly settings: RecordingSettings;
  readonly metrics: Metrics;
  readonly log: Log;
  /** Called after each commit: `waiting` where it left a retraining to be dispatched. */
  readonly onRecorded: (waiting: boolean) => void;
  /** Told of a predictor that the database has no more. Never rejects. */
  readonly onGone?: (predictor: string) => Promise<void>;
}

/** All that keeps answers. */
export interface Recording {
  /** The database for what an answer waits for, each call within the database's part of the budget. */
  readonly watch: DatabaseWatch;
  readonly spool: Spool;
  readonly keeper: Keeper;
  /** For the rows of calls that have many. */
  readonly manyKeeper: ManyKeeper;
  readonly drain: SpoolDrain;
  readonly aside: Aside;
  close(): Promise<void>;
}

export function openRecording(options: RecordingOptions): Recording {
  const { settings, metrics, log, onRecorded, onGone } = options;
  const patience = settings.recordingBudget * DATABASES_PART;
  // Lists that many ask for at a time must not keep answers from being recorded, nor make the database look away.
  const database = options.database.apart(patience);
  const spool = new Spool(options.store);
  const timers = !settings.databaseSleeps;
  const watch = new DatabaseWatch({ database, log, metrics, timers, onBack: () => drain.poke() });
  const drain = new SpoolDrain({
    spool,
    predictions: options.database.within(settings.databaseTimeout).predictions,
    time: settings.drainTime,
    timers,
    watch,
    metrics,
    log,
    onRecorded,
  });
  const recorder = new Recorder({ predictions: database.predictions, patience, watch, metrics, onRecorded });
  const keeping = {
    recorder,
    spool,
    drain,
    metrics,
    budget: settings.recordingBudget,
    ...(onGone && { onGone }),
  };
  const keeper = new Keeper(keeping);
  return {
    watch,
    spool,
    keeper,
    manyKeeper: new ManyKeeper(keeping),
    drain,
    aside: new Aside({ spool, metrics, patience: COUNT_WITHIN }),
    async close() {
      watch.stop();
      await recorder.settled();
      await drain.stop();
    },
  };
}
