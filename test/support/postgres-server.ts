import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../../database/migrate.ts';
import { endLeftovers } from '../../services/local/postgres/leftovers.ts';
import { type RunningPostgres, startPostgres } from '../../services/local/postgres/start.ts';

/** The database that every test database is a copy of: the migrations have run in it. */
export const TEMPLATE = 'hundredfold_template';
/** The name of a run's folder begins with this and the number of the process that runs it. */
export const TEST_POSTGRES = 'hundredfold-test-postgres-';

export interface TestPostgres {
  /** A socket: whoever connects is told the connection string, as soon as there is a server. */
  readonly address: string;
  stop(): Promise<void>;
}

/**
 * One PostgreSQL for a whole test run, started when the first test file asks for a database: a run of pure tests
 * starts none.
 */
export async function offerTestPostgres(): Promise<TestPostgres> {
  await removeAbandoned();
  const folder = await mkdtemp(path.join(os.tmpdir(), `${TEST_POSTGRES}${process.pid}-`));
  await chmod(folder, 0o711);
  let running: Promise<RunningPostgres> | undefined;
  const door = net.createServer((socket) => {
    running ??= start(path.join(folder, 'postgres'));
    running.then(
      ({ connectionString, pid }) => socket.end(JSON.stringify({ connectionString, pid })),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) })),
    );
    socket.on('error', () => socket.destroy());
  });
  const address = path.join(folder, 'door');
  await new Promise<void>((resolve) => door.listen(address, resolve));
  door.unref();
  return {
    address,
    async stop() {
      door.close();
      const server = await running?.catch(() => undefined);
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(folder: string): Promise<RunningPostgres> {
  const server = await startPostgres({ folder, durable: false });
  try {
    await makeTemplate(server.connectionString);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function makeTemplate(administration: string): Promise<void> {
  const client = new pg.Client({ connectionString: administration });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${TEMPLATE}`);
  } finally {
    await client.end();
  }
  await migrate({ connectionString: databaseOf(administration, TEMPLATE) });
}

/** The connection string of another database on the same server. */
export function databaseOf(connectionString: string, database: string): string {
  const url = new URL(connectionString);
  url.pathname = `/${database}`;
  return url.href;
}

/** Stops and removes what runs that were killed left behind. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(os.tmpdir())) {
    const owner = name.startsWith(TEST_POSTGRES) ? Number(name.slice(TEST_POSTGRES.length).split('-')[0]) : 0;
    if (owner === 0 || isAlive(owner)) continue;
    const folder = path.join(os.tmpdir(), name);
    await endLeftovers(path.join(folder, 'postgres')).catch(() => 0);
    await rm(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
