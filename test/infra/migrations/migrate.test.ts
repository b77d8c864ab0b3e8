import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readMigrations } from '../../../database/migration-files.ts';
import { describeSchema } from '../../../database/schema/describe.ts';
import { migrateUpTo } from '../../database/migrations/fresh-database.ts';
import { type Deployment, MIGRATE, startDeployment } from './cloudformation.ts';

const migrations = await readMigrations();
const committed = await readFile(new URL('../../../database/schema.sql', import.meta.url), 'utf8');
/** A migration that a table in its way fails, and the one before it. */
const BLOCKED = 17;

let deployment: Deployment;
beforeEach(async () => {
  deployment = await startDeployment();
});
afterEach(() => deployment.close());

async function ledger(): Promise<number[]> {
  const { rows } = await deployment.place.client.query('select id from hundredfold.migrations order by id');
  return rows.map(({ id }) => id);
}

async function trainFunction(): Promise<unknown> {
  const { rows } = await deployment.place.client.query(
    "select value from hundredfold.settings where name = 'train_function'",
  );
  return rows[0]?.value ?? null;
}

describe('a stack that is made', () => {
  test('has its database migrated, and CloudFormation is told which migrations ran', async () => {
    const told = await deployment.ask('Create', MIGRATE);
    expect(told).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'hundredfold-MigrationsSchema',
      RequestId: 'request-0',
      LogicalResourceId: 'MigrationsSchema',
    });
    expect(told.Reason).toContain(migrations.at(-1)?.name);
    expect(await describeSchema(deployment.place.connectionString)).toBe(committed);
    // The address is signed for a body without a type.
    expect(deployment.heard[0]?.type || '').toBe('');
  });

  test('while its database sleeps: is made when that has woken', async () => {
    deployment.api.pause(600);
    expect(await deployment.ask('Create', MIGRATE)).toMatchObject({ Status: 'SUCCESS' });
    expect(await ledger()).toHaveLength(migrations.length);
  });

  test('before its role may ask the database: tries again until it may', async () => {
    deployment.api.refuse('AccessDeniedException', 'not authorized to perform: rds-data:ExecuteStatement', 1);
    expect(await deployment.ask('Create', MIGRATE)).toMatchObject({ Status: 'SUCCESS' });
  });

  test('with a database that does not wake: is refused in time, with the reason', async () => {
    deployment.api.pause();
    const told = await deployment.ask('Create', MIGRATE, 1_500);
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toMatch(/not migrated in the time|resuming/);
  });

  test('with a variable missing: is refused, naming it', async () => {
    deployment.environment.HUNDREDFOLD_DATABASE_SECRET_ARN = '';
    const told = await deployment.ask('Create', MIGRATE);
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toContain('HUNDREDFOLD_DATABASE_SECRET_ARN is missing');
  });

  test('CloudFormation is told again where it did not hear', async () => {
    deployment.deafFor = 2;
    await deployment.ask('Create', MIGRATE);
    expect(deployment.heard.map(({ told }) => told.Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  });
});

describe('a migration that fails', () => {
  beforeEach(async () => {
    await migrateUpTo(deployment.place.connectionString, BLOCKED - 3);
    await deployment.place.client.query('create table hundredfold.api_keys (in_the_way text)');
  });

  test('fails the deployment, with its name, and leaves the database at the last one that was whole', async () => {
    const told = await deployment.ask('Update', MIGRATE);
    expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'as-it-was-made' });
    expect(told.Reason).toContain(
      `${migrations[BLOCKED - 1]?.name} failed: relation "api_keys" already exists`,
    );
    expect(await ledger()).toEqual(migrations.slice(0, BLOCKED - 1).map(({ id }) => id));
    expect(deployment.api.openTransactions).toBe(0);
  });

  test('and that is corrected: the next deployment goes on from there', async () => {
    await deployment.ask('Update', MIGRATE);
    await deployment.place.client.query('drop table hundredfold.api_keys');
    expect(await deployment.ask('Update', MIGRATE)).toMatchObject({ Status: 'SUCCESS' });
    expect(await describeSchema(deployment.place.connectionString)).toBe(committed);
  });
});

describe('a database that is newer than the code', () => {
  beforeEach(async () => {
    await deployment.ask('Create', MIGRATE);
    await deployment.place.client.query(
      `insert into hundredfold.migrations (id, name, sha256) values (9000, '9000_later.sql', '')`,
    );
  });

  test('is left as it is when a deployment is rolled back, so that the stack comes to rest', async () => {
    const told = await deployment.ask('Update', MIGRATE);
    expect(told.Status).toBe('SUCCESS');
    expect(told.Reason).toContain('9000_later.sql');
    expect(await ledger()).toHaveLength(migrations.length + 1);
  });

  test('is refused by a new stack', async () => {
    expect(await deployment.ask('Create', MIGRATE)).toMatchObject({ Status: 'FAILED' });
  });
});

describe('which function the database invokes', () => {
  const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:train';
  beforeEach(async () => {
    await deployment.ask('Create', MIGRATE);
  });

  test('is written, changed, and taken away again, where there is no way from it to Lambda', async () => {
    await deployment.ask('Create', { Action: 'set-train-function', TrainFunction: arn });
    expect(await trainFunction()).toBe(arn);
    await deployment.ask('Update', { Action: 'set-train-function', TrainFunction: `${arn}2` });
    expect(await trainFunction()).toBe(`${arn}2`);
    await deployment.ask('Update', { Action: 'set-train-function' });
    expect(await trainFunction()).toBeNull();
  });
});

describe('what else CloudFormation asks', () => {
  test('to delete: nothing is undone, and nobody wakes the database for it', async () => {
    expect(await deployment.ask('Delete', MIGRATE)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'as-it-was-made',
    });
    expect(deployment.api.calls).toEqual({});
  });

  test('an action that there is not: refused', async () => {
    const told = await deployment.ask('Create', { Action: 'dance' });
    expect(told).toMatchObject({ Status: 'FAILED', Reason: 'There is no action "dance".' });
  });
});
