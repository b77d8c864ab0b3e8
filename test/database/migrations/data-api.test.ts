import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Kysely } from 'kysely';
import { createDataApiClient, DataApiDialect } from '../../../database/data-api/index.ts';
import { migrate } from '../../../database/index.ts';
import { readMigrations } from '../../../database/migration-files.ts';
import { describeSchema } from '../../../database/schema/describe.ts';
import type { Tables } from '../../../database/tables.ts';
import { type DataApi, startDataApi } from '../../support/data-api/data-api.ts';
import { startProcess } from '../../support/process.ts';
import { drawBy, seed } from '../../support/seed.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';

let place: FreshDatabase;
let api: DataApi;
let kysely: Kysely<Tables>;
/** Short enough for a test; three minutes on AWS. */
const IDLE_MS = 700;

const names = (await readMigrations()).map(({ name }) => name);
const committed = await readFile(new URL('../../../database/schema.sql', import.meta.url), 'utf8');
const draw = drawBy(seed);

beforeEach(async () => {
  place = await freshDatabase();
  api = await startDataApi({ connectionString: place.connectionString, transactionIdle: IDLE_MS });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = createDataApiClient({ endpoint: api.endpoint, region: 'eu-central-1', credentials });
  const { resourceArn, secretArn, database } = api;
  kysely = new Kysely({
    dialect: new DataApiDialect({ client, resourceArn, secretArn, database, resumeBudget: 0 }),
  });
});
afterEach(async () => {
  await kysely.destroy();
  await api.close();
  await place.drop();
});

async function expectMigrated(): Promise<void> {
  expect(await describeSchema(place.connectionString)).toBe(committed);
  const { rowCount } = await place.client.query('select from hundredfold.migrations');
  expect(rowCount).toBe(names.length);
}

describe(`migrating over the Data API (seed ${seed})`, () => {
  test('leads to the same schema, and again changes nothing', async () => {
    expect(await migrate({ kysely })).toEqual({ applied: names });
    await expectMigrated();
    expect(await migrate({ kysely })).toEqual({ applied: [] });
    expect(api.openTransactions).toBe(0);
  });

  test('a database that sleeps is waited for, and that is told', async () => {
    api.pause(600);
    const lines: string[] = [];
    expect(await migrate({ kysely, report: (line) => lines.push(line) })).toEqual({ applied: names });
    expect(lines[0]).toMatch(/^The database does not answer yet \(.+\); trying again for up to 60 s\.$/);
    await expectMigrated();
  });

  test('a database that does not wake is refused when the time is up', async () => {
    api.pause();
    await expect(migrate({ kysely, patience: 400 })).rejects.toMatchObject({
      code: 'database_unreachable',
      cause: expect.objectContaining({ code: 'data_api_resuming' }),
    });
  });

  test('an answer that is lost, of a statement or of a commit, is no reason to do anything twice', async () => {
    const running = migrate({ kysely, patience: 20_000 });
    for (let loss = 0; loss < 3; loss++) {
      await new Promise((resolve) => setTimeout(resolve, 20 + draw(60)));
      api.dropAnswers();
    }
    await running;
    await expectMigrated();
  });

  test('a run that was killed holds its lock until its transaction has idled, and the next waits for that', async () => {
    const runner = startProcess({
      command: process.execPath,
      args: ['test/database/migrations/data-api-runner.ts', JSON.stringify(api)],
    });
    await runner.waitForLine(new RegExp(`migrated: ${names[draw(5)]}`));
    runner.signal('SIGKILL');
    await runner.exited;
    const lines: string[] = [];
    const { applied } = await migrate({ kysely, report: (line) => lines.push(line) });
    expect(applied.length).toBeGreaterThan(0);
    if (lines[0]?.startsWith('Another run')) expect(lines[0]).toContain('waiting for it');
    await expectMigrated();
  });
});
