import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { applyMigrations, type Report } from './apply-migrations.ts';
import { isKeptOut, isUnavailable } from './errors.ts';
import { readMigrations } from './migration-files.ts';
import { Patience, unreachable } from './patience.ts';
import type { Tables } from './tables.ts';

/** How to reach the database, whom to tell about each step, and how long to wait for it. */
export type MigrateOptions = (
  | { readonly connectionString: string }
  /** Of any dialect; it stays open. */
  | { readonly kysely: Kysely<Tables> }
) & {
  /** Told of each migration, and of what is waited for meanwhile. */
  readonly report?: Report;
  /**
   * Milliseconds for which a database that is away is tried again. Unless given: a minute for one that says that it is
   * starting or resuming, not at all for one that cannot be reached.
   */
  readonly patience?: number;
};

/**
 * Brings a database up to date: every migration that it lacks, in order, each in a transaction of its own. Safe to
 * run twice, by two at once, and again after it was killed at any statement. There is no way back but a newer
 * migration. Where Aurora's `aws_lambda` extension is not to be had, its stand-in is installed.
 *
 * @throws NewerDatabaseError when the database knows a migration that this version does not
 * @throws DatabaseError `database_unreachable`, `database_too_old`, `migration_failed`, `migration_changed`,
 *   `migration_locked`
 */
export async function migrate(options: MigrateOptions): Promise<{ applied: string[] }> {
  const migrations = await readMigrations();
  const applied: string[] = [];
  await whileItIsAway(options, async (kysely) => {
    await applyMigrations(kysely, migrations, options.report ?? (() => {}), (name) => applied.push(name));
  });
  return { applied };
}

/** What `work` has done before the database went away, it finds done when it is called again. */
async function whileItIsAway(
  options: MigrateOptions,
  work: (kysely: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  const patience = new Patience(options);
  for (;;) {
    const { kysely, place, close } = open(options);
    let inside = false;
    try {
      await sql`select 1`.execute(kysely);
      inside = true;
      return await work(kysely);
    } catch (error) {
      // A wrong password is no better in a minute.
      if (!isUnavailable(error) || isKeptOut(error)) throw inside ? error : unreachable(place, error);
      await patience.wait(place, error);
    } finally {
      await close();
    }
  }
}

interface Opened {
  readonly kysely: Kysely<Tables>;
  /** As a person would call it. */
  readonly place: string;
  readonly close: () => Promise<void>;
}

function open(options: MigrateOptions): Opened {
  if ('kysely' in options) {
    return { kysely: options.kysely, place: 'The database', close: async () => {} };
  }
  const { connectionString } = options;
  const pool = new pg.Pool({ connectionString, max: 1, connectionTimeoutMillis: 10_000 });
  // What breaks is met by the statement under way, or by the next.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const { host, port } = new pg.Client({ connectionString });
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { kysely, place: `The database at ${host}:${port}`, close: () => kysely.destroy() };
}
