import { type Database, openDatabase } from '../../../database/index.ts';
import { DirectoryStore, type ObjectStore } from '../../../services/model-store/index.ts';
import type { LambdaAnswer } from '../../../services/predict/lambda/answer.ts';
import { type Opened, openOn } from '../../../services/predict/lambda/open.ts';
import { readLambdaSettings } from '../../../services/predict/lambda/settings.ts';
import { retrain } from '../../../services/train/index.ts';
import { type DataApi, startDataApi } from '../../support/data-api/data-api.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type ClientRequest, httpEvent, restEvent } from '../../support/gateway-events.ts';
import { PATIENT } from '../../support/patience.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { searches, searchesCsv } from '../support/service.ts';

/** An answer with its body read. */
export interface Answered extends LambdaAnswer {
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
}

/** The predict function's front door over real PostgreSQL behind the Data API's stand-in, called as Lambda calls it. */
export interface TestFunction extends Opened {
  readonly api: DataApi;
  /** The same database, around the Data API. */
  readonly database: Database;
  readonly models: DirectoryStore;
  readonly spool: DirectoryStore;
  /** Sends an event of a REST API, signed by an operator unless it says otherwise. */
  rest(request: ClientRequest, remaining?: number): Promise<Answered>;
  /** Sends an event of an HTTP API. */
  http(request: ClientRequest): Promise<Answered>;
  event(event: unknown, remaining?: number): Promise<Answered>;
  /** Carries out the pending training, as the train function would, and tells nobody. */
  train(): Promise<void>;
  stop(): Promise<void>;
}

export interface FunctionOptions {
  readonly lookAfter?: number;
  /** Longer than in earnest unless given. */
  readonly recordingBudget?: number;
  /** Write metrics, and a line for each request. */
  readonly metrics?: boolean;
  /** Whose pages may call from a browser. */
  readonly corsOrigins?: readonly string[];
  /** In place of a directory. */
  readonly models?: (directory: DirectoryStore) => ObjectStore;
}

/** Who signs the requests that say nothing else. */
export const OPERATOR = 'arn:aws:iam::123456789012:user/operator';

/** Credentials of the stand-ins. */
export const CREDENTIALS = {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'nobody',
  AWS_SECRET_ACCESS_KEY: 'nothing',
};

export async function openTestFunction(options: FunctionOptions = {}): Promise<TestFunction> {
  // Lines of metrics are for CloudWatch: a test that reads them asks for them.
  Object.assign(
    process.env,
    CREDENTIALS,
    options.metrics === true ? {} : { POWERTOOLS_METRICS_DISABLED: 'true' },
  );
  const { lookAfter, recordingBudget = PATIENT.recordingBudget } = options;
  const [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  const api = await startDataApi({ connectionString: place.connectionString });
  const database = openDatabase({ connectionString: place.connectionString, connections: 2 });
  const models = new DirectoryStore(`${folder.path}/models`);
  const spool = new DirectoryStore(`${folder.path}/spool`);
  const settings = readLambdaSettings({
    HUNDREDFOLD_DATABASE_ARN: api.resourceArn,
    HUNDREDFOLD_DATABASE_SECRET_ARN: api.secretArn,
    HUNDREDFOLD_DATABASE_NAME: api.database,
    HUNDREDFOLD_DATABASE_ENDPOINT: api.endpoint,
    HUNDREDFOLD_MODELS_BUCKET: 'models',
    HUNDREDFOLD_SPOOL_BUCKET: 'spool',
    HUNDREDFOLD_CORS_ORIGINS: options.corsOrigins?.join(' ') ?? '',
    HUNDREDFOLD_LOG_LEVEL: options.metrics === true ? 'info' : 'error',
  });
  const opened = openOn(
    { models: options.models?.(models) ?? models, spool, ...(lookAfter === undefined ? {} : { lookAfter }) },
    { ...settings, app: { ...settings.app, recordingBudget } },
  );
  await opened.ready;
  const event = async (given: unknown, remaining = 28_000): Promise<Answered> => {
    const context = { awsRequestId: 'call-1', getRemainingTimeInMillis: () => remaining };
    const answer = await opened.door.answer(given, context);
    const isJson = /json/.test(answer.headers['content-type'] ?? '');
    return { ...answer, json: isJson && answer.body !== '' ? JSON.parse(answer.body) : undefined };
  };
  return {
    ...opened,
    api,
    database,
    models,
    spool,
    event,
    rest: (request, remaining) => event(restEvent({ userArn: OPERATOR, ...request }), remaining),
    http: (request) => event(httpEvent({ userArn: OPERATOR, ...request })),
    async train() {
      await retrain(searches.name, { database, store: models, codeVersion: 'test' });
    },
    async stop() {
      await opened.service.close();
      await api.close();
      await database.close();
      await place.drop();
      await folder.remove();
    },
  };
}

const JSON_TYPE = ['content-type', 'application/json'] as const;

/** A row that is sent for an answer. */
export function asked(query: string, headers: ClientRequest['headers'] = []): ClientRequest {
  return {
    method: 'POST',
    path: `/predictors/${searches.name}/predictions`,
    headers: [JSON_TYPE, ...headers],
    body: JSON.stringify({ query }),
  };
}

/** Applies the predictor, imports its rows, trains it, and lets the function take it over. */
export async function trainSearches(lambda: TestFunction): Promise<void> {
  const path = `/predictors/${searches.name}`;
  await lambda.http({ method: 'PUT', path, headers: [JSON_TYPE], body: JSON.stringify(searches) });
  await lambda.http({
    method: 'POST',
    path: `${path}/examples`,
    headers: [['content-type', 'text/csv']],
    body: searchesCsv().replace('query,', 'age,query,').replaceAll('\n', '\n,'),
  });
  await lambda.train();
  await lambda.service.champions.refresh(searches.name);
}
