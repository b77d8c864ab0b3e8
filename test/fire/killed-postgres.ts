import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import pg from 'pg';
import { socketConnectionString } from '../../services/local/postgres/database.ts';
import { type Counted, countersOf, faultsOf } from '../database/counter-watch.ts';
import { temporaryFolder } from '../support/folder.ts';
import { childrenOf, commandOf } from '../support/running-processes.ts';
import type { Draw } from '../support/seed.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';
import { until } from '../support/until.ts';
import { postRows } from './sleeping-load.ts';

/** The server itself; one of its processes that work for the program, whereupon it ends all the others. */
export type Victim = 'postmaster' | 'backend';

/**
 * Posts rows from 16 clients to the program on a PostgreSQL of its own, of which one process after another is killed
 * with -9. Expects that every row was answered, that those answered with `recorded: true` were committed by then, and
 * that in the end what was answered, what is in the table and what was counted are one.
 */
export async function killUnderLoad(victims: readonly Victim[], draw: Draw): Promise<void> {
  const folder = await temporaryFolder();
  const program = await startProgram(folder.path);
  let over = false;
  try {
    await trainedOnce(program);
    const seen = { answered: 0, deferred: 0 };
    const loading = postRows(program, 16, () => over, seen);
    for (const victim of victims) {
      await sleep(300 + draw(500));
      await kill(program, victim);
    }
    await sleep(1_000);
    await until('rows enough are answered', () => seen.answered > 200);
    over = true;
    const load = await loading;
    expect(load.faults.slice(0, 5)).toEqual([]);
    expect(load.answered.size).toBeGreaterThan(200);
    await drained(path.join(folder.path, 'store', 'spool'));
    await expectExactly(folder.path, load.answered);
  } finally {
    over = true;
    await program.process.kill();
    await folder.remove();
  }
}

/** A champion to answer with; from then on nothing is trained. */
async function trainedOnce(program: StartedProgram): Promise<void> {
  await program.put('/predictors/p', {
    name: 'p',
    inputs: { query: { type: 'text' } },
    target: { name: 'side', type: 'label' },
  });
  const csv = Array.from({ length: 10 }, (_, n) => `word,${n % 2 ? 'left' : 'right'}`).join('\n');
  await program.importCsv('p', `query,side\n${csv}\n`);
  await program.settled('p');
  await program.put('/training', { enabled: false });
}

async function kill(program: StartedProgram, victim: Victim): Promise<void> {
  // A process of the server writes its title over its environment: it is known by its parent alone.
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(20)) {
    const server = await find(await program.process.tree(), /postgres -D/);
    const found =
      victim === 'postmaster' || server === undefined
        ? server
        : await find(await childrenOf(server), /postgres: hundredfold hundredfold/);
    if (found === undefined) continue;
    process.kill(found, 'SIGKILL');
    return;
  }
  throw new Error(`no ${victim} to kill`);
}

async function find(pids: readonly number[], pattern: RegExp): Promise<number | undefined> {
  for (const pid of pids) if (pattern.test(await commandOf(pid))) return pid;
  return undefined;
}

async function drained(spool: string): Promise<void> {
  await until('the spool is empty', async () =>
    (await readdir(spool).catch(() => [])).every((name) => !name.endsWith('.json')),
  );
}

async function expectExactly(data: string, answered: ReadonlySet<string>): Promise<void> {
  const socket = await readFile(path.join(data, 'postgres.socket'), 'utf8');
  const connectionString = socketConnectionString(socket.trim(), 'hundredfold', 'hundredfold');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select id from hundredfold.predictions');
    expect(rows.map(({ id }) => id).sort()).toEqual([...answered].sort());
    const [counter] = await countersOf(client);
    expect(faultsOf(counter as Counted)).toEqual([]);
    expect(counter).toMatchObject({ counted: rows.length, requests: Math.floor(rows.length / 100) });
  } finally {
    await client.end();
  }
}
