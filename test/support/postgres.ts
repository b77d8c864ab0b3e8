import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { databaseOf, TEMPLATE } from './postgres-server.ts';

export interface TestDatabase {
  readonly connectionString: string;
  /**
   * Removes the database.
   * @throws Error when a connection to it is still open: somebody forgot to end a pool.
   */
  drop(): Promise<void>;
}

/** A database of its own for a test file, migrated and empty: a copy of the template, made in 20 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { connectionString: administration } = await testPostgres();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(administration, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  return {
    connectionString: databaseOf(administration, name),
    async drop() {
      const open = await administer(administration, async (client) => {
        const left = await openConnections(client, name);
        await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
        return left;
      });
      if (open.length > 0) throw new Error(`connections left open to the test database: ${open.join('; ')}`);
    },
  };
}

/** The run's PostgreSQL: its superuser's connection string and its process. */
export async function testPostgres(): Promise<{ connectionString: string; pid: number }> {
  const address = process.env.HUNDREDFOLD_TEST_POSTGRES;
  if (address === undefined)
    throw new Error('no PostgreSQL is offered: tests are run through jest.config.js');
  const answer: { connectionString: string; pid: number; error?: string } = JSON.parse(
    await text(net.connect(address)),
  );
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer;
}

/** The last statements of the sessions that stay open; one that is being closed is given a second. */
async function openConnections(client: pg.Client, database: string): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    const { rows } = await client.query<{ query: string }>(
      `SELECT query FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
      [database],
    );
    if (rows.length === 0 || attempt === 20) return rows.map(({ query }) => query || '(no statement yet)');
    await sleep(50);
  }
}

async function administer<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
