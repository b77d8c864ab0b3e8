import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type DataApi, startDataApi } from '../../support/data-api/data-api.ts';
import { httpEvent, restEvent } from '../../support/gateway-events.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { describeWhere, s3Server } from '../../support/requirement.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { CREDENTIALS, OPERATOR } from './function.ts';

const context = { awsRequestId: 'call-1', getRemainingTimeInMillis: () => 28_000 };
const health = restEvent({ method: 'GET', path: '/health' });
const PLACES = {
  HUNDREDFOLD_DATABASE_ARN: 'arn:aws:rds:eu-central-1:123456789012:cluster:none',
  HUNDREDFOLD_DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:none',
  HUNDREDFOLD_DATABASE_NAME: 'hundredfold',
  HUNDREDFOLD_MODELS_BUCKET: 'models',
  HUNDREDFOLD_SPOOL_BUCKET: 'spool',
};

const kept = { ...process.env };

/** The module as a new process has it. */
async function imported(
  environment: Record<string, string>,
): Promise<typeof import('../../../services/predict/lambda.ts')> {
  for (const name of Object.keys(process.env))
    if (/^(HUNDREDFOLD_(?!TEST)|_HANDLER)/.test(name)) delete process.env[name];
  Object.assign(process.env, CREDENTIALS, { POWERTOOLS_METRICS_DISABLED: 'true' }, environment);
  jest.resetModules();
  return import('../../../services/predict/lambda.ts');
}
afterEach(() => {
  process.env = { ...kept };
});

describe('the predict function without its environment', () => {
  test.each([{}, { _HANDLER: 'index.handler' }])('is imported without an error: %j', async (environment) => {
    const { handler } = await imported(environment);
    expect(typeof handler).toBe('function');
  });

  test('fails each call with an error that names every variable, until they are there', async () => {
    const { handler } = await imported({ HUNDREDFOLD_DATABASE_ARN: PLACES.HUNDREDFOLD_DATABASE_ARN });
    for (let call = 0; call < 2; call++) {
      const failed = await handler(health, context).catch((error: unknown) => error);
      expect(failed).toMatchObject({ name: 'EnvironmentError', code: 'environment_invalid' });
      for (const name of Object.keys(PLACES).slice(1)) {
        expect(failed).toMatchObject({ message: expect.stringContaining(name) });
      }
    }
    Object.assign(process.env, PLACES, { HUNDREDFOLD_S3_ENDPOINT: 'http://127.0.0.1:9' });
    expect((await handler(health, context)).statusCode).toBe(200);
  });

  test('imported for another entry of the same file, asks nobody anything', async () => {
    const asked = jest.fn();
    const { createServer } = await import('node:http');
    const server = createServer(asked).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await imported({
      ...PLACES,
      HUNDREDFOLD_S3_ENDPOINT: `http://127.0.0.1:${port}`,
      _HANDLER: 'index.sweep',
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(asked).not.toHaveBeenCalled();
    await new Promise((resolve) => server.close(resolve));
  });
});

describeWhere(s3Server(), 'the predict function on S3', () => {
  let place: TestDatabase;
  let api: DataApi;
  let s3: S3Server;
  beforeAll(async () => {
    place = await createTestDatabase();
    [api, s3] = await Promise.all([
      startDataApi({ connectionString: place.connectionString }),
      startS3Server(),
    ]);
  });
  afterAll(async () => {
    await api.close();
    await s3.stop();
    await place.drop();
  });

  test('initialises where Lambda runs it, and defers to the bucket what the database does not take', async () => {
    const [models, spool] = [await s3.bucket(), await s3.bucket()];
    const { handler } = await imported({
      HUNDREDFOLD_DATABASE_ARN: api.resourceArn,
      HUNDREDFOLD_DATABASE_SECRET_ARN: api.secretArn,
      HUNDREDFOLD_DATABASE_NAME: api.database,
      HUNDREDFOLD_DATABASE_ENDPOINT: api.endpoint,
      HUNDREDFOLD_MODELS_BUCKET: models.bucket,
      HUNDREDFOLD_SPOOL_BUCKET: spool.bucket,
      HUNDREDFOLD_S3_ENDPOINT: s3.endpoint,
      AWS_REGION: models.region ?? '',
      AWS_ACCESS_KEY_ID: models.credentials?.accessKeyId ?? '',
      AWS_SECRET_ACCESS_KEY: models.credentials?.secretAccessKey ?? '',
      _HANDLER: 'index.handler',
    });
    const ready = await handler(httpEvent({ method: 'GET', path: '/ready' }), context);
    expect(JSON.parse(ready.body)).toEqual({
      status: 'ready',
      database: 'not asked',
      spooled: 0,
      aside: 0,
      problems: [],
    });
    api.pause();
    const path = '/predictors/nobody';
    const unknown = await handler(httpEvent({ method: 'GET', path, userArn: OPERATOR }), context);
    expect(unknown.statusCode).toBe(503);
    const asleep = await handler(httpEvent({ method: 'GET', path: '/ready' }), context);
    expect(JSON.parse(asleep.body)).toMatchObject({ status: 'ready', database: 'not asked' });
  });
});
