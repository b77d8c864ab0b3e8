import pg from 'pg';
import { type Database, type DatabaseOptions, openDatabase } from '../../database/index.ts';
import { DispatchMarks, S3Store, type S3StoreSettings } from '../../services/model-store/index.ts';
import { VARIABLES } from '../../services/settings/variables.ts';
import { type DataApi, startDataApi } from './data-api/data-api.ts';
import { type InvokeCall, type LambdaApi, startLambdaApi } from './lambda-api.ts';
import { createTestDatabase } from './postgres.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

const CREDENTIALS = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };

/** What functions on AWS reach, as stand-ins and the real thing: PostgreSQL behind the Data API, S3, Lambda's Invoke. */
export interface AwsPlace {
  readonly connectionString: string;
  readonly api: DataApi;
  readonly s3: S3Server;
  readonly lambda: LambdaApi;
  /** Over the Data API, as the functions reach it. */
  readonly place: DatabaseOptions;
  readonly database: Database;
  /** Past the Data API, for tests to look with. */
  readonly direct: Database;
  readonly client: pg.Client;
  readonly models: S3Store;
  readonly spool: S3Store;
  readonly marks: DispatchMarks;
  /** How Lambda's stand-in is asked for the train function. */
  readonly trainFunction: {
    readonly functionName: string;
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  /** What the functions are started with. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface AwsPlaceOptions {
  /** What the train function does when it is invoked over HTTP. */
  readonly onInvoke?: (call: InvokeCall) => unknown;
}

export async function openAwsPlace({ onInvoke = () => null }: AwsPlaceOptions = {}): Promise<AwsPlace> {
  const [test, s3, lambda] = await Promise.all([
    createTestDatabase(),
    startS3Server(),
    startLambdaApi({ onInvoke }),
  ]);
  const { connectionString } = test;
  const api = await startDataApi({ connectionString });
  const { endpoint, resourceArn, secretArn } = api;
  const region = 'us-east-1';
  const place = {
    dataApi: { endpoint, region, credentials: CREDENTIALS, resourceArn, secretArn, database: api.database },
  };
  const [models, spool] = [await s3.bucket(), await s3.bucket()];
  const stores = { models: new S3Store(models), spool: new S3Store(spool) };
  const database = openDatabase(place);
  const direct = openDatabase({ connectionString, connections: 4 });
  const client = new pg.Client({ connectionString });
  await client.connect();
  return {
    ...{ connectionString, api, s3, lambda, place, database, direct, client },
    ...stores,
    marks: new DispatchMarks(stores.spool),
    trainFunction: { functionName: 'train', endpoint: lambda.endpoint, region, credentials: CREDENTIALS },
    variables: {
      [VARIABLES.databaseArn]: resourceArn,
      [VARIABLES.databaseSecretArn]: secretArn,
      [VARIABLES.databaseName]: api.database,
      [VARIABLES.databaseEndpoint]: endpoint,
      [VARIABLES.modelsBucket]: bucketOf(models),
      [VARIABLES.spoolBucket]: bucketOf(spool),
      [VARIABLES.s3Endpoint]: s3.endpoint,
      [VARIABLES.trainFunction]: 'train',
      [VARIABLES.lambdaEndpoint]: lambda.endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
    async close() {
      await lambda.settled();
      await client.end();
      await database.close();
      await direct.close();
      stores.models.close();
      stores.spool.close();
      await Promise.all([api.close(), lambda.close(), s3.stop()]);
      await test.drop();
    },
  };
}

function bucketOf({ bucket }: S3StoreSettings): string {
  return bucket;
}
