import { type Kysely, sql, type Transaction } from 'kysely';
import { DatabaseError, isUnavailable, NewerDatabaseError } from './errors.ts';
import type { Migration } from './migration-files.ts';
import { inTurn } from './migration-turn.ts';
import { readSql } from './sql-files.ts';
import { splitStatements } from './statements.ts';
import type { Tables } from './tables.ts';

/** Multiranges came with 14; 16 is the oldest that is tried. */
const OLDEST = 160_000;

/** A row of the ledger: a migration that was applied, and what its text was. */
interface Applied {
  readonly id: number;
  readonly name: string;
  readonly sha256: string;
}

/** A line for a person, and whether it says that a migration was applied. */
export type Report = (line: string, what?: 'migrated') => void;

/**
 * Applies the migrations that the database lacks, each in a transaction of its own with its row of the ledger, so
 * that it can be stopped at any statement and begun again. `done` is told of each as it is committed.
 *
 * @throws what {@link migrate} throws, but for `database_unreachable`: a driver's error of unavailability comes as it is
 */
export async function applyMigrations(
  kysely: Kysely<Tables>,
  migrations: readonly Migration[],
  report: Report,
  done: (name: string) => void,
): Promise<void> {
  if (!(await hasLedger(kysely))) {
    await inTurn(kysely, report, async (transaction) => run(transaction, await readSql('./ledger.sql')));
  }
  const { rows } =
    await sql<Applied>`select id, name, sha256 from hundredfold.migrations order by id`.execute(kysely);
  refuseOther(rows, migrations);
  for (const migration of migrations.slice(rows.length)) {
    if (!(await inTurn(kysely, report, (transaction) => applyOne(transaction, migration)))) continue;
    report(`migrated: ${migration.name}`, 'migrated');
    done(migration.name);
  }
  await inTurn(kysely, report, provideAwsLambda);
}

async function hasLedger(kysely: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql<{ version: string; number: number; ledger: boolean }>`
    select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,
      to_regclass('hundredfold.migrations') is not null as ledger`.execute(kysely);
  const [server] = rows;
  if (server !== undefined && server.number < OLDEST) {
    throw new DatabaseError(
      'database_too_old',
      `The database is PostgreSQL ${server.version}; 16 or later is needed.`,
    );
  }
  return server?.ledger === true;
}

/** What was applied has to be how our own migrations begin, letter for letter. */
function refuseOther(applied: readonly Applied[], known: readonly Migration[]): void {
  const newest = applied.at(-1);
  const last = known.at(-1);
  if (newest !== undefined && last !== undefined && newest.id > last.id) {
    throw new NewerDatabaseError(
      `The database was made by a newer version: it has migration ${newest.name}, and this one knows ${last.name} as its last. Start the newer version.`,
    );
  }
  for (const [index, row] of applied.entries()) {
    const ours = known[index];
    if (ours === undefined || ours.id !== row.id || ours.sha256 !== row.sha256) throw changed(row);
  }
}

function changed({ name }: { name: string }): DatabaseError {
  return new DatabaseError(
    'migration_changed',
    `Migration ${name} was applied to the database with another text than it has now. Restore the file as it was released; what it should do otherwise belongs in a new migration.`,
  );
}

/** The ledger row goes in first, so that two runners collide early. False when another was quicker. */
async function applyOne(transaction: Transaction<Tables>, migration: Migration): Promise<boolean> {
  const { id, name, sha256 } = migration;
  const { rows } = await sql`
    insert into hundredfold.migrations (id, name, sha256) values (${id}::integer, ${name}::text, ${sha256}::text)
    on conflict (id) do nothing returning id`.execute(transaction);
  if (rows.length === 0) {
    await refuseOtherText(transaction, migration);
    return false;
  }
  try {
    await run(transaction, migration.sql);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    throw new DatabaseError('migration_failed', `Migration ${name} failed: ${describe(error)}`, {
      cause: error,
    });
  }
  return true;
}

async function refuseOtherText(transaction: Transaction<Tables>, { id, sha256 }: Migration): Promise<void> {
  const { rows } =
    await sql<Applied>`select id, name, sha256 from hundredfold.migrations where id = ${id}::integer`.execute(
      transaction,
    );
  const [row] = rows;
  if (row !== undefined && row.sha256 !== sha256) throw changed(row);
}

/** One statement at a time: the Data API takes no more. */
async function run(transaction: Transaction<Tables>, text: string): Promise<void> {
  for (const statement of splitStatements(text)) await sql.raw(statement).execute(transaction);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Aurora has the extension; elsewhere functions of the same signature notify a local runtime. */
async function provideAwsLambda(transaction: Transaction<Tables>): Promise<void> {
  const { rows } = await sql<{ installed: boolean }>`
    select installed_version is not null as installed
    from pg_available_extensions where name = 'aws_lambda'`.execute(transaction);
  const [extension] = rows;
  if (extension?.installed === true) return;
  const statements =
    extension === undefined
      ? splitStatements(await readSql('./local/aws_lambda.sql'))
      : ['create extension if not exists aws_lambda cascade'];
  for (const statement of statements) await sql.raw(statement).execute(transaction);
}
