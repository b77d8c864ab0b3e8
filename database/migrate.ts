import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { DatabaseError, NewerDatabaseError } from './errors.ts';

/** Any number, the same for every runner: two of them at once take turns. */
const LOCK = 4_270_100;
const folder = new URL('./migrations/', import.meta.url);

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
}

/** How to reach the database, and whom to tell about each migration. */
export interface MigrateOptions {
  readonly connectionString: string;
  readonly report?: (line: string) => void;
}

/**
 * Brings a database up to date: every migration that it lacks, in order, each in a transaction of its own. Safe to
 * run twice or by two at once. Where Aurora's `aws_lambda` extension is not to be had, its stand-in is installed.
 *
 * @throws NewerDatabaseError when the database knows a migration that this version does not
 * @throws DatabaseError `database_unreachable`, `database_too_old`, `migration_failed`
 */
export async function migrate({ connectionString, report }: MigrateOptions): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString });
  await connect(client);
  try {
    await refuseOld(client);
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    return await applyPending(client, report ?? (() => {}));
  } finally {
    await client.end();
  }
}

async function connect(client: pg.Client): Promise<void> {
  try {
    await client.connect();
  } catch (cause) {
    throw new DatabaseError(
      'database_unreachable',
      `The database at ${client.host}:${client.port} cannot be reached: ${describe(cause)}.`,
      { cause },
    );
  }
}

/** Multiranges came with 14; 16 is the oldest that is tried. */
async function refuseOld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string; number: number }>(
    "select current_setting('server_version') as version, current_setting('server_version_num')::integer as number",
  );
  const [server] = rows;
  if (server === undefined || server.number >= 160_000) return;
  throw new DatabaseError(
    'database_too_old',
    `The database is PostgreSQL ${server.version}; 16 or later is needed.`,
  );
}

async function applyPending(
  client: pg.Client,
  report: (line: string) => void,
): Promise<{ applied: string[] }> {
  await client.query(await readFile(new URL('./ledger.sql', import.meta.url), 'utf8'));
  const known = await readMigrations();
  const { rows } = await client.query<{ id: number; name: string }>(
    'select id, name from hundredfold.migrations order by id',
  );
  const newest = rows.at(-1);
  const last = known.at(-1);
  if (newest !== undefined && last !== undefined && newest.id > last.id) {
    throw new NewerDatabaseError(
      `The database was made by a newer version: it has migration ${newest.name}, and this one knows ${last.name} as its last. Start the newer version.`,
    );
  }
  const done = new Set(rows.map((row) => row.id));
  const applied: string[] = [];
  for (const migration of known.filter(({ id }) => !done.has(id))) {
    await applyOne(client, migration);
    report(`migrated: ${migration.name}`);
    applied.push(migration.name);
  }
  await provideAwsLambda(client);
  return { applied };
}

/** The ledger row goes in first, so that two runners collide early, and nothing is applied twice. */
async function applyOne(client: pg.Client, { id, name, sql }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query('insert into hundredfold.migrations (id, name, sha256) values ($1, $2, $3)', [
      id,
      name,
      createHash('sha256').update(sql).digest('hex'),
    ]);
    await client.query(sql);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new DatabaseError('migration_failed', `Migration ${name} failed: ${describe(error)}`, {
      cause: error,
    });
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Aurora has the extension; elsewhere functions of the same signature notify a local runtime. */
async function provideAwsLambda(client: pg.Client): Promise<void> {
  const { rows } = await client.query("select name from pg_available_extensions where name = 'aws_lambda'");
  if (rows.length > 0) {
    await client.query('create extension if not exists aws_lambda cascade');
    return;
  }
  await client.query(await readFile(new URL('./local/aws_lambda.sql', import.meta.url), 'utf8'));
}

/** The migrations in order. Throws when a file's name does not start with its number, or two share one. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const [index, name] of names.entries()) {
    const id = Number(name.slice(0, 4));
    if (id !== index + 1) throw new Error(`migrations/${name}: expected number ${index + 1}`);
    migrations.push({ id, name, sql: await readFile(new URL(name, folder), 'utf8') });
  }
  return migrations;
}
