import { chown, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { processesIn } from '../../../services/local/postgres/cluster-processes.ts';
import { type RunningPostgres, startPostgres } from '../../../services/local/postgres/start.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { watchForLeaks } from '../../support/leaks.ts';
import { describeWhere, root } from '../../support/requirement.ts';
import { query } from './query.ts';

const leaks = await watchForLeaks();
let folder: TemporaryFolder;
let cluster: string;
let postgres: RunningPostgres | undefined;

async function start(): Promise<RunningPostgres> {
  postgres = await startPostgres({ folder: cluster });
  return postgres;
}

beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = path.join(folder.path, 'postgres');
});
afterEach(() => postgres?.stop());
afterAll(async () => {
  await folder.remove();
  await leaks.assertNone();
});

describe('the embedded PostgreSQL', () => {
  test('makes its cluster on the first start, private, durable and in UTF-8', async () => {
    const { connectionString, pid } = await start();
    expect((await stat(cluster)).mode & 0o777).toBe(0o700);
    expect(await processesIn(cluster)).toContain(pid);
    const [settings] = await query(
      connectionString,
      `SELECT current_database() AS database, current_user AS user, current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS commit, current_setting('server_encoding') AS encoding,
              'B' < 'a' AS code_points`,
    );
    expect(settings).toEqual({
      database: 'hundredfold',
      user: 'hundredfold',
      fsync: 'on',
      commit: 'on',
      encoding: 'UTF8',
      code_points: true,
    });
  });

  test('is reached over a socket in a private folder, and over no network', async () => {
    const { connectionString } = await start();
    const [{ address = 'none' } = {}] = await query<{ address: string }>(
      connectionString,
      `SELECT current_setting('listen_addresses') AS address`,
    );
    expect(address).toBe('');
    const socketFolder = decodeURIComponent(new URL(connectionString).hostname);
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
  });

  test('keeps what it holds from one start to the next, and leaves no socket behind', async () => {
    const first = await start();
    await query(first.connectionString, 'CREATE TABLE kept AS SELECT 42 AS answer');
    const socketFolder = decodeURIComponent(new URL(first.connectionString).hostname);
    await first.stop();
    await first.stop();
    expect(await first.exited).toEqual({ code: 0, signal: null });
    expect(await processesIn(cluster)).toEqual([]);
    await expect(stat(socketFolder)).rejects.toThrow('ENOENT');
    const second = await start();
    expect(await query(second.connectionString, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  test('writes neither rows nor statements into its log', async () => {
    const { connectionString } = await start();
    await query(connectionString, 'CREATE TABLE secrets (name text PRIMARY KEY)');
    await query(connectionString, `INSERT INTO secrets VALUES ('a-secret')`);
    await expect(query(connectionString, `INSERT INTO secrets VALUES ('a-secret')`)).rejects.toThrow(
      'duplicate',
    );
    expect(await readFile(`${cluster}.log`, 'utf8')).not.toContain('secret');
  });

  test('says what PostgreSQL said when it cannot start', async () => {
    const control = path.join(cluster, 'global', 'pg_control');
    const kept = await readFile(control);
    await rm(control);
    await expect(start()).rejects.toMatchObject({
      code: 'postgres_failed_to_start',
      message: expect.stringContaining('pg_control'),
    });
    await expect(stat(`${cluster}.socket`)).rejects.toThrow('ENOENT');
    const { uid, gid } = await stat(cluster);
    await writeFile(control, kept, { mode: 0o600 });
    await chown(control, uid, gid);
  });

  test('refuses a cluster of another major version by name', async () => {
    await writeFile(path.join(cluster, 'PG_VERSION'), '16\n');
    await expect(start()).rejects.toMatchObject({
      code: 'postgres_failed_to_start',
      message: expect.stringContaining('made by PostgreSQL 16'),
    });
  });
});

describeWhere(root(), 'the embedded PostgreSQL of root', () => {
  test('runs as somebody else, under a parent that nobody else may enter', async () => {
    const closed = await temporaryFolder();
    expect((await stat(closed.path)).mode & 0o777).toBe(0o700);
    const server = await startPostgres({ folder: path.join(closed.path, 'deep', 'postgres') });
    const [inside] = await query(server.connectionString, 'SELECT 1 AS one');
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    await server.stop();
    await closed.remove();
    expect(inside).toEqual({ one: 1 });
    expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).toBeGreaterThan(0);
  });
});
