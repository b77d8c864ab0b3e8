import type { Database } from '../../../database/index.ts';
import type { ObjectStore } from '../../model-store/index.ts';
import type { Log } from '../../observability/error-log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { Dispatcher } from '../../recording/dispatcher.ts';
import type { Recording } from '../../recording/open-recording.ts';
import type { Champions } from '../../serving/champions.ts';
import type { Turns } from '../../waiting/turns.ts';
import type { Access } from '../access/access.ts';
import type { AppSettings } from './app.settings.ts';

/** What the routes work with. */
export interface Context {
  /** Every call bounded: one that hangs is a call that fails. */
  readonly database: Database;
  /** For what may take as long as it takes: imports. */
  readonly unboundedDatabase: Database;
  readonly store: ObjectStore;
  readonly champions: Champions;
  readonly recording: Recording;
  readonly dispatcher: Dispatcher;
  /** In which calls with many rows are worked at. */
  readonly turns: Turns;
  readonly access: Access;
  readonly settings: AppSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}
