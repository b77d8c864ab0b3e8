import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../database/index.ts';
import { silentLog } from '../../../services/observability/log.ts';
import type { MetricName } from '../../../services/observability/metric-table.ts';
import { noMetrics } from '../../../services/observability/metrics.ts';
import { SweepRound } from '../../../services/upkeep/sweep/sweep-round.ts';
import { asked, CREDENTIALS, openTestFunction, type TestFunction, trainSearches } from './function.ts';

let lambda: TestFunction;
let database: Database;
const counted = new Map<MetricName<'counter'>, number>();

beforeAll(async () => {
  lambda = await openTestFunction();
  await trainSearches(lambda);
  const { endpoint, resourceArn, secretArn, database: name } = lambda.api;
  const credentials = { accessKeyId: CREDENTIALS.AWS_ACCESS_KEY_ID, secretAccessKey: 'nothing' };
  const at = { endpoint, region: CREDENTIALS.AWS_REGION, credentials, resourceArn, secretArn };
  database = openDatabase({ dataApi: { ...at, database: name, resumeBudget: 0 } });
});
afterAll(async () => {
  await database.close();
  await lambda.stop();
});

const sweep = () =>
  new SweepRound({
    database,
    models: lambda.models,
    spool: lambda.spool,
    invoke: async () => undefined,
    log: silentLog,
    metrics: {
      ...noMetrics,
      add: (name, amount = 1) => void counted.set(name, (counted.get(name) ?? 0) + amount),
    },
  }).once();

async function listed(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of lambda.spool.list(prefix)) keys.push(key);
  return keys;
}

const recorded = async (): Promise<unknown> =>
  (await lambda.database.predictors.describe('searches'))?.predictions;

/** Rows that are answered now, by their ids. */
async function answered(rows: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < rows; n++) {
    const { statusCode, json } = await lambda.rest(asked(`blood ${n}`));
    expect([statusCode, json.recorded]).toEqual([201, 'deferred']);
    ids.push(json.id);
  }
  return ids;
}

describe.each([
  ...['AccessDeniedException', 'BadRequestException', 'DatabaseErrorException', 'DatabaseNotFoundException'],
  ...['DatabaseUnavailableException', 'ExpiredTokenException', 'ForbiddenException', 'OfNextYearException'],
  ...['HttpEndpointNotEnabledException', 'InvalidResourceStateException', 'InvalidSecretException'],
  ...['NotFoundException', 'SecretsErrorException', 'ThrottlingException', 'UnrecognizedClientException'],
  ...['UnsupportedResultException', 'ValidationException'],
])('while the Data API answers %s', (name) => {
  test('predictions are answered and spooled, no row is set aside, and each is recorded once after it', async () => {
    const before = Number(await recorded());
    lambda.api.refuse(name);
    const ids = await answered(3);
    expect(await sweep()).toMatchObject({ drained: 0, problems: expect.arrayContaining(['spool']) });
    expect([(await listed('spool/')).length, await listed('spool-refused/')]).toEqual([3, []]);

    // It comes and goes: of what a drain sends next, the first calls fail.
    lambda.api.refuse(name, name, 2);
    for (let rounds = 0; rounds < 5 && (await listed('spool/')).length > 0; rounds++) await sweep();
    lambda.api.accept();
    await sweep();
    expect([await listed('spool/'), await listed('spool-refused/')]).toEqual([[], []]);
    expect(await recorded()).toBe(before + 3);
    for (const id of ids) expect(await lambda.database.predictions.describe(id)).toMatchObject({ id });
    expect(counted.get('hundredfold_spool_refused_total') ?? 0).toBe(0);

    const other = await lambda.http({ method: 'GET', path: '/predictors/searches' });
    expect(other.statusCode).toBe(200);
    expect((await lambda.rest(asked('scan'))).json.recorded).toBe(true);
  });
});

test('other calls are 503 while the way in is shut, and are told to come back', async () => {
  lambda.api.refuse('SecretsErrorException');
  const { statusCode, json, headers } = await lambda.http({ method: 'GET', path: '/predictors/searches' });
  lambda.api.accept();
  expect([statusCode, json.code, headers['retry-after']]).toEqual([503, 'database_unavailable', '2']);
});
