import { expect } from '@jest/globals';
import type pg from 'pg';
import { migrate } from '../../../database/index.ts';
import { readMigrations } from '../../../database/migration-files.ts';
import { describeSchema } from '../../../database/schema/describe.ts';
import { startProcess } from '../../support/process.ts';
import { type PassingStatement, watchStatements } from '../../support/statement-proxy.ts';
import { applyThese, freshDatabase } from './fresh-database.ts';

/** Where a run is ended: before the server sees a statement, or when it has done it and nobody was told. */
export interface Cut {
  readonly number: number;
  readonly phase: PassingStatement['phase'];
}

/** What is ended: the process that migrates, or the server's process that works for it. */
export type Victim = 'runner' | 'backend';

/** What there is to know about runs that nobody ends. */
export interface WholeRun {
  /** The statements of a run on an empty database. */
  readonly statements: readonly string[];
  /** The schema after so many migrations; nothing before the ledger is there. */
  readonly schemas: readonly string[];
}

export async function wholeRun(): Promise<WholeRun> {
  const place = await freshDatabase();
  const schemas: string[] = [];
  const migrations = await readMigrations();
  for (let count = 0; count <= migrations.length; count++) {
    await applyThese(place.connectionString, migrations.slice(0, count));
    schemas.push(await describeSchema(place.connectionString));
  }
  await place.drop();

  const other = await freshDatabase();
  const statements: string[] = [];
  const proxy = await watchStatements(other.connectionString, ({ phase, text }) => {
    if (phase === 'arrived') statements.push(text);
    return 'pass';
  });
  await migrate({ connectionString: proxy.connectionString });
  await proxy.close();
  await other.drop();
  return { statements, schemas };
}

/**
 * Ends a run on an empty database at one statement. Expects the database to be as some of the migrations leave it, and
 * the next run to do the others.
 */
export async function expectToRecover(cut: Cut, victim: Victim, { schemas }: WholeRun): Promise<void> {
  const place = await freshDatabase();
  try {
    await runAndCut(place.connectionString, place.client, cut, victim);
    const before = await ledger(place.client);
    expect(await describeSchema(place.connectionString)).toBe(
      before === null ? await describeSchema(place.connectionString) : schemas[before],
    );
    const { applied } = await migrate({ connectionString: place.connectionString });
    expect(applied).toHaveLength(schemas.length - 1 - (before ?? 0));
    expect(await describeSchema(place.connectionString)).toBe(schemas.at(-1));
  } finally {
    await place.drop();
  }
}

async function runAndCut(
  connectionString: string,
  client: pg.Client,
  cut: Cut,
  victim: Victim,
): Promise<void> {
  let struck = 0;
  const proxy = await watchStatements(connectionString, async ({ number, phase, backend }) => {
    if (number !== cut.number || phase !== cut.phase) return 'pass';
    struck = backend;
    if (victim === 'backend') {
      await client.query('select pg_terminate_backend($1, 5000)', [backend]);
      return 'pass';
    }
    runner.signal('SIGKILL');
    return 'cut';
  });
  const runner = startProcess({
    command: process.execPath,
    args: ['test/database/migrations/runner.ts', proxy.connectionString],
  });
  const ended = await runner.closed;
  await proxy.close();
  expect(struck).toBeGreaterThan(0);
  if (victim === 'runner') expect(ended.signal).toBe('SIGKILL');
  else expect(runner.output).toContain("code: 'database_unreachable'");
  await gone(client, struck);
}

/** A server's process rolls back when it notices that nobody is there: a moment later. */
async function gone(client: pg.Client, backend: number): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query('select from pg_stat_activity where pid = $1', [backend]);
    if (rowCount === 0) return;
  }
}

/** How many migrations the ledger has; null when there is no ledger. */
async function ledger(client: pg.Client): Promise<number | null> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('hundredfold.migrations') is not null as there",
  );
  if (rows[0]?.there !== true) return null;
  const { rows: counted } = await client.query<{ n: number }>(
    'select count(*)::integer as n from hundredfold.migrations',
  );
  return counted[0]?.n ?? 0;
}
