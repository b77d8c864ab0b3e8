import { execFileSync } from 'node:child_process';
import { readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { socketConnectionString } from '../../services/local/postgres/database.ts';
import { query } from '../local/postgres/query.ts';
import { temporaryFolder } from '../support/folder.ts';
import { type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

/** The program, with a champion of `p`, whose PostgreSQL has a small disk of its own; models and spool have another. */
export interface PostgresDisk {
  readonly program: StartedProgram;
  readonly disk: SmallDisk;
  readonly connectionString: string;
  /** Waits until the spool is empty; expects that then what was answered is what is stored and counted, each row once. */
  expectExactly(answered: ReadonlySet<string>): Promise<void>;
  close(): Promise<void>;
}

/** A cluster takes 47 MB of it. */
const MEGABYTES = 120;

export async function openPostgresDisk(): Promise<PostgresDisk> {
  const folder = await temporaryFolder();
  const cluster = path.join(folder.path, 'postgres');
  await stop(await trainedOnce(folder.path));
  const disk = await moveToDisk(cluster);
  const program = await startProgram(folder.path);
  const socket = await readFile(`${cluster}.socket`, 'utf8');
  const connectionString = socketConnectionString(socket.trim(), 'hundredfold', 'hundredfold');
  const spool = path.join(folder.path, 'store', 'spool');
  return {
    program,
    disk,
    connectionString,
    async expectExactly(answered) {
      for (const until = Date.now() + 30_000; (await readdir(spool)).length > 0; await sleep(50)) {
        if (Date.now() > until) throw new Error('the spool is not emptied');
      }
      const stored = await query<{ id: string }>(connectionString, 'select id from hundredfold.predictions');
      expect(stored.map(({ id }) => id).sort()).toEqual([...answered].sort());
      const [counter] = await query(
        connectionString,
        `select counted::integer, (counted / every)::integer = (
           select count(*) from hundredfold.retrainings where trigger = 'count') as requested
         from hundredfold.counters`,
      );
      expect(counter).toEqual({ counted: answered.size, requested: true });
    },
    async close() {
      await program.process.kill();
      await disk.remove();
      await folder.remove();
    },
  };
}

async function trainedOnce(data: string): Promise<StartedProgram> {
  const program = await startProgram(data);
  await program.put('/predictors/p', {
    name: 'p',
    inputs: { query: { type: 'text' } },
    target: { name: 'side', type: 'label' },
  });
  const rows = Array.from({ length: 10 }, (_, n) => `word,${n % 2 ? 'left' : 'right'}`).join('\n');
  await program.importCsv('p', `query,side\n${rows}\n`);
  await program.settled('p');
  return program;
}

async function stop({ process }: StartedProgram): Promise<void> {
  process.signal('SIGTERM');
  expect(await process.exited).toEqual({ code: 0, signal: null });
}

async function moveToDisk(folder: string): Promise<SmallDisk> {
  const before = `${folder}.before`;
  await rename(folder, before);
  const disk = smallDisk(folder, MEGABYTES);
  // Owners and modes too, those of the folder itself included.
  execFileSync('cp', ['--archive', `${before}/.`, folder]);
  return disk;
}
