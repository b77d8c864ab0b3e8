import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import { readMigrations } from '../../../database/migration-files.ts';
import { describeSchema } from '../../../database/schema/describe.ts';
import { liveWith } from '../../database/migrations/earlier-life.ts';
import { migrateUpTo } from '../../database/migrations/fresh-database.ts';
import { type Deployment, MIGRATE, startDeployment } from './cloudformation.ts';

/** The last version that was released with all before it. */
const FIRST = 10;
const versions = (await readMigrations()).map(({ id }) => id).filter((id) => id >= FIRST);
const committed = await readFile(new URL('../../../database/schema.sql', import.meta.url), 'utf8');

let deployment: Deployment;
beforeEach(async () => {
  deployment = await startDeployment();
});
afterEach(() => deployment.close());

/** How many rows each of these tables has. */
async function rowsOf(client: pg.Client, tables: readonly string[]): Promise<Record<string, string>> {
  const counted = tables.map((table) => `select '${table}' as name, count(*) from hundredfold.${table}`);
  const { rows } = await client.query<{ name: string; count: string }>(counted.join(' union all '));
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'hundredfold' and table_type = 'BASE TABLE' and table_name <> 'migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** That the rows still say the same, and are used as before, is shown in test/database/migrations/versions.test.ts. */
test.each(versions)(
  'a stack of schema %i with rows in it is upgraded over the Data API, and loses none',
  async (version) => {
    const { client, connectionString } = deployment.place;
    await migrateUpTo(connectionString, version);
    await liveWith(client, version);
    const tables = await tablesOf(client);
    const before = await rowsOf(client, tables);
    expect(Number(before.predictions)).toBeGreaterThan(300);
    expect(await deployment.ask('Update', MIGRATE)).toMatchObject({ Status: 'SUCCESS' });
    expect(await rowsOf(client, tables)).toEqual(before);
    expect(await describeSchema(connectionString)).toBe(committed);
  },
);
