import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { migrate, NewerDatabaseError } from '../../../database/index.ts';
import { migration, readMigrations } from '../../../database/migration-files.ts';
import { describeSchema } from '../../../database/schema/describe.ts';
import { startProcess } from '../../support/process.ts';
import { applyThese, type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { kyselyOn } from './kysely-on.ts';

let place: FreshDatabase;
beforeEach(async () => {
  place = await freshDatabase();
});
afterEach(() => place.drop());

const names = (await readMigrations()).map(({ name }) => name);
const committed = await readFile(new URL('../../../database/schema.sql', import.meta.url), 'utf8');

describe('migrating', () => {
  test('an empty database applies every migration and tells of each; again, nothing', async () => {
    const lines: string[] = [];
    const { connectionString } = place;
    expect(await migrate({ connectionString, report: (line) => lines.push(line) })).toEqual({
      applied: names,
    });
    expect(lines).toEqual(names.map((name) => `migrated: ${name}`));
    expect(await describeSchema(connectionString)).toBe(committed);
    expect(await migrate({ connectionString })).toEqual({ applied: [] });
  });

  test('over connections of the caller does the same, and leaves them open', async () => {
    const kysely = kyselyOn(place.connectionString);
    expect(await migrate({ kysely })).toEqual({ applied: names });
    expect((await sql`select 1 as one`.execute(kysely)).rows).toEqual([{ one: 1 }]);
    await kysely.destroy();
    expect(await describeSchema(place.connectionString)).toBe(committed);
  });

  test('by four processes at once applies each migration once', async () => {
    const runners = [1, 2, 3, 4].map(() =>
      startProcess({
        command: process.execPath,
        args: ['test/database/migrations/runner.ts', place.connectionString],
      }),
    );
    for (const runner of runners) expect(await runner.closed).toEqual({ code: 0, signal: null });
    const applied = runners.flatMap(({ output }) => output.match(/(?<=^migrated: ).+/gm) ?? []);
    expect(applied.sort()).toEqual(names);
    expect(await describeSchema(place.connectionString)).toBe(committed);
  });

  test('waits for a run that is under way, and says so', async () => {
    await place.client.query('begin');
    await place.client.query('select pg_advisory_xact_lock(4270100)');
    const lines: string[] = [];
    const running = migrate({
      connectionString: place.connectionString,
      report: (line) => lines.push(line),
    });
    while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lines).toEqual(['Another run is migrating this database; waiting for it.']);
    await place.client.query('rollback');
    expect((await running).applied).toEqual(names);
  });
});

describe('a database that is not as it should be is refused, and left as it is', () => {
  const refusal = () => migrate({ connectionString: place.connectionString });

  beforeEach(async () => {
    await applyThese(place.connectionString, (await readMigrations()).slice(0, 10));
  });
  const expectUntouched = async () => {
    expect(
      (await place.client.query('select from hundredfold.migrations where id between 11 and 9998')).rowCount,
    ).toBe(0);
  };

  test('made by a newer version', async () => {
    await place.client.query(
      "insert into hundredfold.migrations (id, name, sha256) values (9999, '9999_future.sql', '')",
    );
    await expect(refusal()).rejects.toThrow(NewerDatabaseError);
    await expect(refusal()).rejects.toThrow('9999_future.sql');
    await expectUntouched();
  });

  test('with a migration whose text was another', async () => {
    await place.client.query("update hundredfold.migrations set sha256 = 'other' where id = 7");
    await expect(refusal()).rejects.toMatchObject({
      code: 'migration_changed',
      message: expect.stringContaining('0007_imports.sql'),
    });
    await expectUntouched();
  });

  test('with one that is missing before one that is there', async () => {
    await place.client.query('delete from hundredfold.migrations where id = 7');
    await expect(refusal()).rejects.toMatchObject({ code: 'migration_changed' });
    await expectUntouched();
  });
});

describe('a migration that fails', () => {
  test('leaves nothing of it, and what went before', async () => {
    const failing = [
      migration(1, '0001_first.sql', 'create table hundredfold.first ()'),
      migration(2, '0002_second.sql', 'create table hundredfold.second (); select 1 / 0'),
    ];
    await expect(applyThese(place.connectionString, failing)).rejects.toMatchObject({
      code: 'migration_failed',
      message: 'Migration 0002_second.sql failed: division by zero',
    });
    const { rows } = await place.client.query(
      "select id, to_regclass('hundredfold.second') as second from hundredfold.migrations",
    );
    expect(rows).toEqual([{ id: 1, second: null }]);
  });
});
