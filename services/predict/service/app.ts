import Fastify, { type FastifyInstance } from 'fastify';
import type { Database } from '../../../database/index.ts';
import type { DispatchMarks, ObjectStore } from '../../model-store/index.ts';
import { type Log, silentLog } from '../../observability/error-log.ts';
import { type Metrics, noMetrics } from '../../observability/metrics.ts';
import { Dispatcher } from '../../recording/dispatcher.ts';
import { openRecording } from '../../recording/open-recording.ts';
import type { Champions } from '../../serving/champions.ts';
import { inTime } from '../../waiting/in-time.ts';
import { Turns } from '../../waiting/turns.ts';
import { type Access, openAccess } from '../access/access.ts';
import { enforceAccess } from '../access/enforce.ts';
import { type AppSettings, DEFAULT_SETTINGS } from '../context/app.settings.ts';
import type { Context } from '../context/context.ts';
import { answerProblems, badUrls } from '../http/answer-problems.ts';
import { answerClientError } from '../http/client-error.ts';
import { closePromptly } from '../http/close-promptly.ts';
import { allowOrigins } from '../http/cors.ts';
import { acceptJson } from '../http/json-body.ts';
import { HTTP_LIMITS, limitRequests } from '../http/limits.ts';
import { requestId } from '../http/log-requests.ts';
import { protectPages } from '../http/page-headers.ts';
import { serveOpenapi } from '../http/serve-openapi.ts';
import { cutOffSlowReaders } from '../http/slow-readers.ts';
import { withoutCompilers } from '../http/without-compilers.ts';
import { ROUTES } from '../routes/index.ts';
import { Background } from './background.ts';

/** What the HTTP service is made of. What it is given stays its owner's to close. */
export interface AppDependencies {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly champions: Champions;
  /** Where answers wait while the database is away; the model store, unless told otherwise. */
  readonly spool?: ObjectStore;
  /** Where a sweep looks for what is pending: a marker is put before every dispatch. */
  readonly marks?: Pick<DispatchMarks, 'put'>;
  readonly settings?: Partial<AppSettings>;
  /** Who may call what; everybody everything, unless told otherwise. */
  readonly access?: Access;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Called after each statement that recorded predictions. */
  readonly onRecorded?: () => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A call that was let in for a role asks a database that was away, as a timer would; what anyone may call does not. */
function lookWithCalls(app: FastifyInstance, background: Background): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { role = 'anyone' } = request.routeOptions.config;
    if (role !== 'anyone') background.look();
    done();
  });
}

/** Builds the HTTP service; whoever runs it listens, injects or wraps it for Lambda, and closes it. */
export function buildApp(dependencies: AppDependencies): FastifyInstance {
  const { database, store, champions, log = silentLog, metrics = noMetrics, now = Date.now } = dependencies;
  const { access = openAccess } = dependencies;
  const settings = { ...DEFAULT_SETTINGS, ...dependencies.settings };
  const dispatcher = new Dispatcher(database, log, metrics, dependencies.marks);
  const recording = openRecording({
    database,
    store: dependencies.spool ?? store,
    settings,
    metrics,
    log,
    onRecorded: (waiting) => {
      if (waiting) dispatcher.poke();
      dependencies.onRecorded?.();
    },
    onGone: async (predictor) => {
      await inTime(champions.refresh(predictor), settings.recordingBudget).catch(() => null);
    },
  });
  const context: Context = {
    database: database.within(settings.databaseTimeout),
    unboundedDatabase: database,
    store,
    champions,
    recording,
    dispatcher,
    turns: new Turns(),
    access,
    settings,
    log,
    metrics,
    now,
  };

  const app = Fastify({
    bodyLimit: settings.rowLimit,
    http: HTTP_LIMITS,
    requestTimeout: settings.requestTimeout,
    // What is being answered at the end is answered; idle connections do not hold the end up.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200, ignoreTrailingSlash: true },
    frameworkErrors: badUrls(settings.corsOrigins),
    clientErrorHandler: answerClientError,
    genReqId: requestId,
    schemaController: withoutCompilers,
  });
  acceptJson(app);
  app.decorateRequest('prediction', null);
  app.decorateRequest('rows', null);
  const background = new Background(recording, dispatcher);
  app.decorate('background', background);
  answerProblems(app, log);
  limitRequests(app, settings.bodyTimeout);
  cutOffSlowReaders(app, settings.readTimeout);
  protectPages(app);
  allowOrigins(app, settings.corsOrigins);
  enforceAccess(app, access, settings.rateLimit);
  if (settings.databaseSleeps) lookWithCalls(app, background);
  serveOpenapi(app, settings.docs);
  app.register(async (scope) => {
    for (const addRoutes of ROUTES) addRoutes(scope, context);
  });
  closePromptly(app);
  app.addHook('onClose', async () => {
    await recording.close();
    await dispatcher.settled();
  });
  return app;
}
