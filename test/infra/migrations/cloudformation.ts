import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { handler as migrateHandler } from '../../../infra/functions/migrate.ts';
import { VARIABLES } from '../../../services/settings/variables.ts';
import { type FreshDatabase, freshDatabase } from '../../database/migrations/fresh-database.ts';
import { type DataApi, startDataApi } from '../../support/data-api/data-api.ts';

/** What CloudFormation is told of a custom resource. */
export interface Told {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
}

/** A deployment: CloudFormation's end of a custom resource, and a new database behind the Data API's stand-in. */
export interface Deployment {
  readonly place: FreshDatabase;
  readonly api: DataApi;
  /** How often CloudFormation answers 503 before it hears. */
  deafFor: number;
  /** Requests that CloudFormation got, deaf or not, with the type of their body. */
  readonly heard: { readonly told: Told; readonly type: string | undefined }[];
  /** Calls the function as CloudFormation does; what it was told, once. */
  ask(type: 'Create' | 'Update' | 'Delete', properties: object, milliseconds?: number): Promise<Told>;
  event(type: string, properties: object): Record<string, unknown>;
  environment: Record<string, string>;
  close(): Promise<void>;
}

export const MIGRATE = { Action: 'migrate', Version: 'any' };

/** @param handler in place of that of the sources: of a bundle */
export async function startDeployment(handler = migrateHandler): Promise<Deployment> {
  const place = await freshDatabase();
  const api = await startDataApi({ connectionString: place.connectionString, transactionIdle: 700 });
  const heard: Deployment['heard'] = [];
  const server = createServer(async (request, response) => {
    heard.push({ told: JSON.parse(await text(request)), type: request.headers['content-type'] });
    if (deployment.deafFor > 0) {
      deployment.deafFor--;
      response.writeHead(503);
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`;

  const deployment: Deployment = {
    place,
    api,
    heard,
    deafFor: 0,
    environment: {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nothing',
      [VARIABLES.databaseArn]: api.resourceArn,
      [VARIABLES.databaseSecretArn]: api.secretArn,
      [VARIABLES.databaseName]: api.database,
      [VARIABLES.databaseEndpoint]: api.endpoint,
    },
    event: (type, properties) => ({
      RequestType: type,
      ResponseURL: url,
      StackId: 'arn:aws:cloudformation:eu-central-1:123456789012:stack/hundredfold/1',
      RequestId: `request-${heard.length}`,
      LogicalResourceId: 'MigrationsSchema',
      ...(type === 'Create' ? {} : { PhysicalResourceId: 'as-it-was-made' }),
      ResourceProperties: { ServiceToken: 'arn:aws:lambda:…', ...properties },
    }),
    async ask(type, properties, milliseconds = 60_000) {
      const before = heard.length;
      await inEnvironment(deployment.environment, () =>
        handler(deployment.event(type, properties), {
          getRemainingTimeInMillis: () => 30_000 + milliseconds,
        }),
      );
      const told = heard.at(-1)?.told;
      if (told === undefined || heard.length === before) throw new Error('CloudFormation was told nothing');
      return told;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await api.close();
      await place.drop();
    },
  };
  return deployment;
}

/** As on Lambda: its variables are the process's, and what it prints goes into a log that nobody reads here. */
async function inEnvironment<T>(variables: Record<string, string>, run: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  const print = console.log;
  console.log = () => {};
  Object.assign(process.env, variables);
  try {
    return await run();
  } finally {
    console.log = print;
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
