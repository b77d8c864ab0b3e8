import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** Waits until `count` connections to this database wait for a lock. */
export async function waitingForLocks(connectionString: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ n: number }>(
        `select count(*)::integer as n from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      if ((rows[0]?.n ?? 0) >= count) return;
      await sleep(10);
    }
  } finally {
    await client.end();
  }
}
