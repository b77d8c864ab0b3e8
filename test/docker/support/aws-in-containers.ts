import pg from 'pg';
import { GenericContainer, Wait } from 'testcontainers';
import { type Database, openDatabase } from '../../../database/index.ts';
import { DispatchMarks, makeBucket, S3Store, Spool } from '../../../services/model-store/index.ts';
import { VARIABLES } from '../../../services/settings/variables.ts';
import { type DataApi, startDataApi } from '../../support/data-api/data-api.ts';
import { type InvokeCall, type LambdaApi, startLambdaApi } from '../../support/lambda-api.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { HOST } from './function-container.ts';

/**
 * What functions in containers reach: real PostgreSQL with the migrations behind the Data API's stand-in, a real S3
 * server in a container, Lambda's Invoke.
 */
export interface AwsInContainers {
  readonly api: DataApi;
  readonly lambda: LambdaApi;
  readonly connectionString: string;
  /** Past the Data API, for tests to look with. */
  readonly direct: Database;
  readonly client: pg.Client;
  readonly models: S3Store;
  readonly spool: Spool;
  readonly marks: DispatchMarks;
  /** What the functions are started with. */
  readonly variables: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface AwsOptions {
  /** What Lambda's stand-in does for the sweep. */
  readonly onInvoke?: (call: InvokeCall) => unknown;
  /** Of a database that somebody else removes; one of the test run's own unless given. */
  readonly connectionString?: string;
}

const KEYS = { accessKeyId: 'testkey', secretAccessKey: 'testsecret' };
const REGION = 'us-east-1';
const S3_PORT = 7070;

export async function openAwsInContainers(options: AwsOptions = {}): Promise<AwsInContainers> {
  const { onInvoke = () => null } = options;
  const given = options.connectionString;
  const [place, s3, lambda] = await Promise.all([
    given === undefined ? createTestDatabase() : { connectionString: given, drop: async () => {} },
    startS3Container(),
    startLambdaApi({ onInvoke, host: '0.0.0.0' }),
  ]);
  const { connectionString } = place;
  const api = await startDataApi({ connectionString, host: '0.0.0.0' });
  const s3Endpoint = `http://127.0.0.1:${s3.getMappedPort(S3_PORT)}`;
  const bucket = async (name: string) => {
    const shared = { endpoint: s3Endpoint, region: REGION, forcePathStyle: true, credentials: KEYS };
    await makeBucket({ bucket: name, ...shared });
    return new S3Store({ bucket: name, ...shared });
  };
  const [models, spool] = [await bucket('models'), await bucket('spool')];
  const direct = openDatabase({ connectionString, connections: 2 });
  const client = new pg.Client({ connectionString });
  await client.connect();
  return {
    ...{ connectionString, api, lambda, direct, client, models },
    spool: new Spool(spool),
    marks: new DispatchMarks(spool),
    variables: {
      [VARIABLES.databaseArn]: api.resourceArn,
      [VARIABLES.databaseSecretArn]: api.secretArn,
      [VARIABLES.databaseName]: api.database,
      [VARIABLES.databaseEndpoint]: fromContainers(api.endpoint),
      [VARIABLES.modelsBucket]: 'models',
      [VARIABLES.spoolBucket]: 'spool',
      [VARIABLES.s3Endpoint]: fromContainers(s3Endpoint),
      [VARIABLES.trainFunction]: 'train',
      [VARIABLES.lambdaEndpoint]: fromContainers(lambda.endpoint),
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    },
    async close() {
      await lambda.settled();
      await client.end();
      await direct.close();
      models.close();
      spool.close();
      await Promise.all([api.close(), lambda.close(), s3.stop({ timeout: 1_000 })]);
      await place.drop();
    },
  };
}

function startS3Container() {
  return new GenericContainer('versity/versitygw:v1.8.0')
    .withEnvironment({ ROOT_ACCESS_KEY: KEYS.accessKeyId, ROOT_SECRET_KEY: KEYS.secretAccessKey })
    .withCommand(['--port', `:${S3_PORT}`, '--region', REGION, '--health', '/health', 'posix', '/data'])
    .withTmpFs({ '/data': 'rw' })
    .withExposedPorts(S3_PORT)
    .withWaitStrategy(Wait.forHttp('/health', S3_PORT))
    .start();
}

/** The same place as a container finds it. */
function fromContainers(endpoint: string): string {
  const url = new URL(endpoint);
  url.hostname = HOST;
  return url.origin;
}
