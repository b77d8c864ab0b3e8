import type { FastifyInstance } from 'fastify';
import { type Database, type DatabaseOptions, openDatabase } from '../../../database/index.ts';
import { BadObjectError, DispatchMarks, type ObjectStore } from '../../model-store/index.ts';
import type { Log } from '../../observability/log.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { noTracer, type Tracer } from '../../observability/tracer.ts';
import { Champions } from '../../serving/champions.ts';
import type { Access } from '../access/access.ts';
import type { AppSettings } from '../context/app.settings.ts';
import { logRequests } from '../http/log-requests.ts';
import { buildApp } from './app.ts';

/** What the service is opened with, whichever front door it has. */
export interface ServiceOptions {
  readonly database: DatabaseOptions;
  /** Models and pointers. Stays its owner's to close, as the spool does. */
  readonly models: ObjectStore;
  /** What waits for the database. */
  readonly spool: ObjectStore;
  readonly settings?: Partial<AppSettings>;
  /** Milliseconds that the longest calls of the database may take, imports' among them; no bound unless given. */
  readonly statementTimeout?: number;
  /** Who may call what; everybody everything, unless told otherwise. */
  readonly access?: Access;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly tracer?: Tracer;
}

/** The service, open: its app answers as soon as it is asked. */
export interface Service {
  readonly app: FastifyInstance;
  readonly champions: Champions;
  readonly database: Database;
  readonly models: ObjectStore;
  readonly spool: ObjectStore;
  /** Fetches the model of every pointer. What cannot be fetched is logged, and looked for when it is asked for. */
  fetchModels(): Promise<void>;
  /** Answers what is being answered, then closes what was opened here. */
  close(): Promise<void>;
}

/** Composes the service; nothing is asked of anybody before `fetchModels` or the first call. */
export function openService(options: ServiceOptions): Service {
  const { models, spool, log, metrics, tracer = noTracer, settings = {} } = options;
  const opened = openDatabase(options.database);
  const database = options.statementTimeout === undefined ? opened : opened.within(options.statementTimeout);
  const champions = new Champions({
    store: models,
    onProblem: (predictor, error, looks) => {
      // A store that was away for one look is nobody's trouble: the model in memory answers.
      if (looks === 1 && !(error instanceof BadObjectError)) return;
      metrics.add('hundredfold_champion_problems_total', 1, { predictor });
      if (looks <= 2) log.error('a champion could not be taken over', error, { predictor });
    },
  });
  const app = buildApp({
    database,
    store: models,
    spool,
    marks: new DispatchMarks(spool),
    champions,
    settings,
    log,
    metrics,
    ...(options.access === undefined ? {} : { access: options.access }),
  });
  logRequests(app, log, metrics);
  return {
    app,
    champions,
    database,
    models,
    spool,
    fetchModels: () =>
      tracer.segment('fetch models', async () => {
        try {
          await champions.refreshAll();
        } catch (error) {
          log.error('models could not be fetched', error);
        }
      }),
    async close() {
      champions.stop();
      await app.close();
      await opened.close();
    },
  };
}
