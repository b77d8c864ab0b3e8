import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { processesIn } from '../../../services/local/postgres/cluster-processes.ts';
import { startPostgres } from '../../../services/local/postgres/start.ts';
import type { Restart } from '../../../services/local/postgres/supervisor.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { watchForLeaks } from '../../support/leaks.ts';
import { type StartedProcess, startProcess } from '../../support/process.ts';
import { until } from '../../support/until.ts';
import { query } from './query.ts';

const leaks = await watchForLeaks();
let folder: TemporaryFolder;
let cluster: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  cluster = path.join(folder.path, 'postgres');
});
afterAll(async () => {
  await folder.remove();
  await leaks.assertNone();
});

/** Is there something of a cluster that is not in its place yet? */
async function isBeingMade(parent: string): Promise<boolean> {
  const names = await readdir(parent, { recursive: true }).catch(() => []);
  return names.some((name) => /\.new-.*\/base$/.test(name));
}

function owner(): StartedProcess {
  return startProcess({ command: process.execPath, args: ['test/local/postgres/owner.ts', cluster] });
}

describe('the embedded PostgreSQL', () => {
  test('begins again when its owner was killed while the cluster was being made', async () => {
    const first = owner();
    await until('initdb is at work', () => isBeingMade(folder.path));
    first.signal('SIGKILL');
    await first.exited;
    expect(await readdir(folder.path)).not.toContain('postgres');
    const server = await startPostgres({ folder: cluster, durable: false });
    expect(await query(server.connectionString, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect((await readdir(folder.path)).filter((name) => name.includes('.new-'))).toEqual([]);
    await first.assertClean();
  });

  test('is not made on without an owner that was told to end', async () => {
    const other = await temporaryFolder();
    const first = startProcess({
      command: process.execPath,
      args: ['test/local/postgres/owner.ts', path.join(other.path, 'postgres'), 'exit'],
    });
    await until('initdb is at work', () => isBeingMade(other.path));
    expect((await first.tree()).length).toBeGreaterThan(1);
    first.signalGroup('SIGINT');
    expect(await first.exited).toEqual({ code: 0, signal: null });
    await first.assertClean();
    await other.remove();
  });

  test('is started anew when it is killed, and is reached as before', async () => {
    const restarts: Restart[] = [];
    const server = await startPostgres({ folder: cluster, onRestart: (restart) => restarts.push(restart) });
    await query(server.connectionString, 'CREATE TABLE survivors AS SELECT 7 AS n');
    const killed = server.pid;
    process.kill(killed, 'SIGKILL');
    await until('it is started anew', () => restarts.length > 0);
    expect(restarts).toEqual([{ code: null, signal: 'SIGKILL', pid: server.pid, attempts: 1 }]);
    expect(server.pid).not.toBe(killed);
    expect(await query(server.connectionString, 'SELECT n FROM survivors')).toEqual([{ n: 7 }]);
    await server.stop();
    expect(await server.exited).toEqual({ code: 0, signal: null });
  });

  test('can be stopped at the moment at which it is being started anew', async () => {
    const server = await startPostgres({ folder: cluster, durable: false });
    process.kill(server.pid, 'SIGKILL');
    await sleep(20);
    await server.stop();
    expect(await processesIn(cluster)).toEqual([]);
  });

  test('recovers when its owner was killed and it was left running', async () => {
    const first = owner();
    const [, left, , socketFolder = ''] = await first.waitForLine(/ready (\d+) (\S+@(\S+)\/)/);
    first.signal('SIGKILL');
    await first.exited;
    expect(await processesIn(cluster)).toContain(Number(left));
    const lines: string[] = [];
    const server = await startPostgres({
      folder: cluster,
      durable: false,
      report: (line) => lines.push(line),
    });
    expect(lines).toEqual(['Stopped the PostgreSQL that an earlier start left running.']);
    expect(await query(server.connectionString, 'SELECT n FROM survivors')).toEqual([{ n: 7 }]);
    await expect(stat(decodeURIComponent(socketFolder))).rejects.toThrow('ENOENT');
    await server.stop();
    await first.assertClean();
  });

  test('recovers when all of it was killed, and spares whoever got its number', async () => {
    const first = owner();
    await first.waitForLine(/ready/);
    await first.kill();
    const stranger = await sleeper();
    await writeFile(path.join(cluster, 'postmaster.pid'), `${stranger.pid}\n${cluster}\n`);
    const server = await startPostgres({ folder: cluster, durable: false });
    expect(await query(server.connectionString, 'SELECT n FROM survivors')).toEqual([{ n: 7 }]);
    await server.stop();
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    stranger.kill();
    await once(stranger, 'exit');
  });
});

/** A process of the cluster's own account, whose number PostgreSQL takes for a rival's. */
async function sleeper(): Promise<ChildProcess> {
  const { uid, gid } = await stat(cluster);
  const child = spawn('sleep', ['100'], { cwd: '/', ...(process.geteuid?.() === 0 ? { uid, gid } : {}) });
  await once(child, 'spawn');
  return child;
}
