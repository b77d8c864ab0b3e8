import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchExecuteStatementCommand,
  BeginTransactionCommand,
  CommitTransactionCommand,
  ExecuteStatementCommand,
  type ExecuteStatementCommandInput,
  RDSDataClient,
  RollbackTransactionCommand,
  type SqlParameter,
} from '@aws-sdk/client-rds-data';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../postgres.ts';
import { startProcess } from '../process.ts';
import { until } from '../until.ts';
import { type DataApi, startDataApi } from './data-api.ts';

let place: TestDatabase;
let api: DataApi;
let client: RDSDataClient;

beforeAll(async () => {
  place = await createTestDatabase();
  api = await startDataApi({
    connectionString: place.connectionString,
    transactionIdle: 1_000,
    statementTimeout: 1_000,
  });
  client = open(api.endpoint);
  await run('create table things (id uuid, name text, price numeric(10, 2))');
});
afterAll(async () => {
  client.destroy();
  await api.close();
  await place.drop();
});

function open(endpoint: string): RDSDataClient {
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'nothing' };
  return new RDSDataClient({ endpoint, region: 'eu-central-1', credentials, maxAttempts: 1 });
}

const where = () => ({ resourceArn: api.resourceArn, secretArn: api.secretArn, database: api.database });
const run = (sql: string, more: Partial<ExecuteStatementCommandInput> = {}) =>
  client.send(new ExecuteStatementCommand({ ...where(), sql, ...more }));
const begin = async () => (await client.send(new BeginTransactionCommand(where()))).transactionId ?? '';
const ID = '6b3f5c1e-0000-4000-8000-000000000001';

describe('a parameter', () => {
  const insert = (parameter: Omit<SqlParameter, 'name'>, column = 'id') =>
    run(`insert into things (${column}) values (:v)`, { parameters: [{ name: 'v', ...parameter }] });

  test('that is a string is varchar: a uuid needs a hint or a cast', async () => {
    await expect(insert({ value: { stringValue: ID } })).rejects.toMatchObject({
      name: 'DatabaseErrorException',
      message: expect.stringMatching(
        /is of type uuid but expression is of type character varying[\s\S]*; SQLState: 42804$/,
      ),
    });
    await insert({ value: { stringValue: ID }, typeHint: 'UUID' });
    await insert({ value: { stringValue: '1.25' }, typeHint: 'DECIMAL' }, 'price');
    await run('insert into things (id) values (:v::uuid)', {
      parameters: [{ name: 'v', value: { stringValue: ID } }],
    });
  });

  test.each([
    [{ value: { stringValue: 'no uuid' }, typeHint: 'UUID' as const }, 'BadRequestException'],
    [
      { value: { stringValue: '2026-01-01T00:00:00Z' }, typeHint: 'TIMESTAMP' as const },
      'BadRequestException',
    ],
    [{ value: { arrayValue: { stringValues: [ID] } } }, 'BadRequestException'],
    [{ value: { longValue: 5 }, typeHint: 'DECIMAL' as const }, 'BadRequestException'],
  ])('%j is refused', async (parameter, name) => {
    await expect(insert(parameter)).rejects.toMatchObject({ name });
  });

  test('that is null goes into a column of any type', async () => {
    for (const column of ['id', 'name', 'price']) await insert({ value: { isNull: true } }, column);
  });
});

describe('a statement', () => {
  test.each(['select 1; select 2', "select 'a'; -- b\n drop table things", 'select 1;; select 2'])(
    'that is several is refused: %j',
    async (sql) => {
      await expect(run(sql)).rejects.toMatchObject({ message: "Multistatements aren't supported." });
    },
  );

  test.each(['select 1;', "select ';', 1; -- no; more", 'do $$ begin perform 1; perform 2; end $$;'])(
    'that only looks like several is run: %j',
    async (sql) => {
      await run(sql);
    },
  );

  test('with a schema of its own, another secret or another cluster is refused', async () => {
    await expect(run('select 1', { schema: 'public' })).rejects.toThrow(
      "The schema parameter isn't supported",
    );
    await expect(run('select 1', { secretArn: 'x' })).rejects.toMatchObject({
      name: 'SecretsErrorException',
    });
    await expect(run('select 1', { resourceArn: 'x' })).rejects.toMatchObject({
      name: 'HttpEndpointNotEnabledException',
    });
  });

  test.each([
    ['interval', "'1 day'::interval"],
    ['TIMETZ', "'17:08+02'::timetz"],
    ['MONEY', '1::money'],
    ['VOID', 'pg_sleep(0)'],
    ['OID', '1::oid'],
    ['INT8MULTIRANGE', "'{[1,2)}'::int8multirange"],
    ['"CHAR"', `'a'::"char"`],
    ['multidimensional array', 'array[[1],[2]]'],
    ['null', 'array[1, null]'],
  ])('with a result of %s is refused', async (type, expression) => {
    await expect(run(`select ${expression} as value`)).rejects.toMatchObject({
      name: 'UnsupportedResultException',
      message: expect.stringContaining(type.replace('interval', 'INTERVAL')),
    });
  });

  test('gives numbers as longs unless strings are asked for, times in UTC without saying so', async () => {
    const { records, columnMetadata } = await run(
      "select 5 as a, '2026-01-02 03:04:05.1+02'::timestamptz as b, '2026-01-02 03:04:05'::timestamp as c",
      { includeResultMetadata: true },
    );
    expect(records).toEqual([
      [{ longValue: 5 }, { stringValue: '2026-01-02 01:04:05.100' }, { stringValue: '2026-01-02 03:04:05' }],
    ]);
    expect(columnMetadata?.map(({ label, typeName }) => [label, typeName])).toEqual([
      ['a', 'int4'],
      ['b', 'timestamptz'],
      ['c', 'timestamp'],
    ]);
  });

  test('that runs for too long is stopped', async () => {
    await expect(run('select 1 from pg_sleep(3)')).rejects.toMatchObject({
      name: 'StatementTimeoutException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('runs for each of a batch of parameters', async () => {
    const parameterSets = ['a', 'b'].map((value) => [{ name: 'v', value: { stringValue: value } }]);
    const { updateResults } = await client.send(
      new BatchExecuteStatementCommand({
        ...where(),
        sql: 'insert into things (name) values (:v)',
        parameterSets,
      }),
    );
    expect(updateResults).toHaveLength(2);
    const { numberOfRecordsUpdated } = await run("delete from things where name in ('a', 'b')");
    expect(numberOfRecordsUpdated).toBe(2);
  });
});

describe('a transaction', () => {
  test('runs one statement at a time', async () => {
    const transactionId = await begin();
    const holder = new pg.Client({ connectionString: place.connectionString });
    await holder.connect();
    await holder.query('begin; lock table things');
    const running = run('select count(*) from things', { transactionId });
    const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await holder.query(waits)).rowCount === 0) await sleep(5);
    await expect(run('select 1', { transactionId })).rejects.toMatchObject({
      name: 'DatabaseErrorException',
      message: 'Transaction is still running a query',
    });
    await holder.end();
    await running;
    await client.send(new RollbackTransactionCommand({ ...where(), transactionId }));
  });

  test('that was ended, failed or waited too long is not found, and says why', async () => {
    const refused = async (transactionId: string, why: string) =>
      expect(client.send(new CommitTransactionCommand({ ...where(), transactionId }))).rejects.toMatchObject({
        name: 'TransactionNotFoundException',
        message: expect.stringContaining(why),
      });
    const ended = await begin();
    await client.send(new CommitTransactionCommand({ ...where(), transactionId: ended }));
    await refused(ended, 'termination of your transaction');
    const failed = await begin();
    await run('select 1 / 0', { transactionId: failed }).catch(() => {});
    await refused(failed, 'error from a previous call');
    const idle = await begin();
    await until('the transaction has ended', () => api.openTransactions === 0);
    await refused(idle, 'may be expired');
  });
});

describe('the stand-in', () => {
  test('refuses a call that is not signed', async () => {
    const answer = await fetch(`${api.endpoint}/Execute`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
  });

  test('counts calls and fails as it is told', async () => {
    const { Execute: before = 0 } = api.calls;
    api.refuse('ServiceUnavailableError', 'down', 1);
    await expect(run('select 1')).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    api.dropRequests(1);
    await expect(run("insert into things (name) values ('never')")).rejects.toThrow();
    api.pause(100);
    await expect(run('select 1')).rejects.toMatchObject({ name: 'DatabaseResumingException' });
    await sleep(150);
    const { records } = await run("select count(*) as n from things where name = 'never'");
    expect(records).toEqual([[{ longValue: 0 }]]);
    expect(api.calls.Execute).toBe(before + 4);
  });

  test('runs as a process of its own, and ends on SIGTERM', async () => {
    const started = startProcess({
      command: process.execPath,
      args: ['test/support/data-api/main.ts'],
      env: { DATABASE_URL: place.connectionString, PORT: '0', NODE_OPTIONS: undefined },
    });
    try {
      const [, endpoint = ''] = await started.waitForLine(/listens on (\S+)/);
      const other = open(endpoint);
      const { records } = await other.send(
        new ExecuteStatementCommand({ ...where(), sql: 'select 1 as one' }),
      );
      expect(records).toEqual([[{ longValue: 1 }]]);
      other.destroy();
      started.signal('SIGTERM');
      expect(await started.exited).toEqual({ code: 0, signal: null });
    } finally {
      await started.kill();
    }
  });
});
