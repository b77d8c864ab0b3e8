import type { Database } from '../../database/index.ts';
import type { ObjectStore } from '../model-store/index.ts';
import type { AppSettings } from './app.settings.ts';
import type { Champions } from './champions/champions.ts';
import type { Log } from './http/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Dispatcher } from './recording/dispatcher.ts';
import type { Recorder } from './recording/recorder.ts';

/** What the routes work with. */
export interface Context {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly champions: Champions;
  readonly recorder: Recorder;
  readonly dispatcher: Dispatcher;
  readonly settings: AppSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
