import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql, type Transaction } from 'kysely';
import { DatabaseError } from './errors.ts';
import type { Tables } from './tables.ts';

/** Any number, the same for every runner: two of them at once take turns. */
const LOCK = 4_270_100;
/** The Data API ends a transaction whose caller died only after three minutes without a call. */
const PATIENCE_MS = 240_000;
const LOOK_MS = 50;

/**
 * Runs `work` in a transaction that holds the lock of all who migrate. The lock is asked for again and again, not
 * waited for: a session's lock needs a session, which the Data API has not, and a statement there ends after 45 s.
 *
 * @throws DatabaseError `migration_locked` when another holds it for four minutes
 */
export async function inTurn<T>(
  kysely: Kysely<Tables>,
  report: (line: string) => void,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  let wait = LOOK_MS;
  for (
    const until = performance.now() + PATIENCE_MS;
    performance.now() < until;
    wait = Math.min(1_000, wait * 1.5)
  ) {
    const turn = await transact(kysely, async (transaction) => {
      const { rows } = await sql<{ taken: boolean }>`
        select pg_try_advisory_xact_lock(${LOCK}::bigint) as taken`.execute(transaction);
      return rows[0]?.taken === true ? { outcome: await work(transaction) } : null;
    });
    if (turn !== null) return turn.outcome;
    if (wait === LOOK_MS) report('Another run is migrating this database; waiting for it.');
    await sleep(wait);
  }
  throw new DatabaseError(
    'migration_locked',
    'Another run is migrating this database and does not end. Look for it, or for its open transaction.',
  );
}

/** A transaction whose failure is that of `work`, also where the connection broke and the rollback fails as well. */
async function transact<T>(
  kysely: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  let failure: { readonly error: unknown } | undefined;
  try {
    return await kysely.transaction().execute(async (transaction) => {
      try {
        return await work(transaction);
      } catch (error) {
        failure = { error };
        throw error;
      }
    });
  } catch (error) {
    throw failure === undefined ? error : failure.error;
  }
}
