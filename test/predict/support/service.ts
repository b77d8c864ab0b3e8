import type { FastifyInstance, InjectOptions } from 'fastify';
import { type Database, openDatabase } from '../../../database/index.ts';
import { DirectoryStore } from '../../../services/model-store/index.ts';
import { PrometheusMetrics } from '../../../services/observability/prometheus-metrics.ts';
import { type Access, openAccess } from '../../../services/predict/access/access.ts';
import type { AppSettings } from '../../../services/predict/context/app.settings.ts';
import { buildApp } from '../../../services/predict/service/app.ts';
import { Champions } from '../../../services/serving/champions.ts';
import { retrain } from '../../../services/train/index.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { PATIENT } from '../../support/patience.ts';
import { createTestDatabase } from '../../support/postgres.ts';

/** The service over a database and a store of its own, called without a network. */
export interface TestService {
  readonly app: FastifyInstance;
  readonly database: Database;
  readonly store: DirectoryStore;
  readonly champions: Champions;
  /** Of its database, for what a test does behind the service's back. */
  readonly connectionString: string;
  /** Where the store is. */
  readonly folder: string;
  /** What went to the log. */
  readonly logged: string[];
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    url: string,
    body?: unknown,
    headers?: Headers,
  ): Promise<Answered>;
  /** Carries out the pending training, as the trainer would, and lets this process take the champion over. */
  train(predictor: string): Promise<void>;
  stop(): Promise<void>;
}

type Headers = Record<string, string>;

export interface Answered {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
}

/** Beside the settings, which are patient unless given, a database that is not the run's own: who gives it removes it. */
export interface ServiceOptions extends Partial<AppSettings> {
  readonly connectionString?: string;
  /** Who may call what, by the keys in the service's store; everybody everything unless given. */
  readonly access?: (store: DirectoryStore) => Access;
}

export async function startService({
  connectionString,
  access = () => openAccess,
  ...settings
}: ServiceOptions = {}): Promise<TestService> {
  const given = connectionString === undefined ? null : { connectionString, drop: async () => {} };
  const [testDatabase, folder] = await Promise.all([given ?? createTestDatabase(), temporaryFolder()]);
  const database = openDatabase({ connectionString: testDatabase.connectionString, connections: 4 });
  const store = new DirectoryStore(folder.path);
  const champions = new Champions({ store });
  const logged: string[] = [];
  const log = { error: (message: string, error: unknown) => logged.push(`${message}: ${error}`) };
  const metrics = new PrometheusMetrics();
  const app = buildApp({
    database,
    store,
    champions,
    access: access(store),
    settings: { ...PATIENT, ...settings },
    log,
    metrics,
  });
  return {
    app,
    database,
    store,
    champions,
    connectionString: testDatabase.connectionString,
    folder: folder.path,
    logged,
    call: (method, url, body, headers) => call(app, method, url, body, headers),
    async train(predictor) {
      await retrain(predictor, { database, store, codeVersion: 'test' });
      await champions.refresh(predictor);
    },
    async stop() {
      await app.close();
      await database.close();
      await testDatabase.drop();
      await folder.remove();
    },
  };
}

/** Texts and bytes are sent as they are, anything else as JSON. */
async function call(
  app: FastifyInstance,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
  headers: Headers = {},
): Promise<Answered> {
  const options: InjectOptions = { method, url, headers };
  if (body !== undefined) {
    options.headers = { 'content-type': 'application/json', ...headers };
    options.payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  }
  const response = await app.inject(options);
  const isJson = /json/.test(String(response.headers['content-type']));
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    json: isJson && response.body !== '' ? JSON.parse(response.body) : undefined,
  };
}

/** A predictor of services from searches. */
export const searches = {
  name: 'searches',
  inputs: { query: { type: 'text', maxLength: 255 }, age: { type: 'number', optional: true } },
  target: { name: 'service', type: 'label' },
};

/** Forty searches that are easily told apart, as CSV. */
export function searchesCsv(): string {
  const words = {
    Laboratory: ['blood', 'labora', 'urine', 'sample'],
    Imaging: ['x-ray', 'scan', 'mri', 'picture'],
  };
  const lines = Object.entries(words).flatMap(([service, queries]) =>
    queries.flatMap((query) => [1, 2, 3, 4, 5].map((n) => `${query} ${n},${service}`)),
  );
  return ['query,service', ...lines].join('\n');
}

/** Applies the predictor, imports its rows and trains it. */
export async function trainedSearches(
  service: TestService,
  definition: { readonly name: string } = searches,
): Promise<void> {
  const url = `/predictors/${definition.name}`;
  await service.call('PUT', url, definition);
  await service.call(
    'POST',
    `${url}/examples`,
    `${searchesCsv().replace('query,', 'age,query,').replaceAll('\n', '\n,')}`,
    {
      'content-type': 'text/csv',
    },
  );
  await service.train(definition.name);
}
