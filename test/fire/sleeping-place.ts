import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import pg from 'pg';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

/** The program over a PostgreSQL of its own, which may leave at any time, with a trained predictor `p`. */
export class SleepingPlace {
  readonly postgres: OwnPostgres;
  readonly folder: TemporaryFolder;
  #program: StartedProgram | null = null;

  private constructor(postgres: OwnPostgres, folder: TemporaryFolder) {
    this.postgres = postgres;
    this.folder = folder;
  }

  static async open(): Promise<SleepingPlace> {
    const place = new SleepingPlace(await OwnPostgres.start(), await temporaryFolder());
    const program = await place.start();
    await program.put('/predictors/p', {
      name: 'p',
      inputs: { query: { type: 'text' } },
      target: { name: 'side', type: 'label' },
    });
    const csv = Array.from({ length: 40 }, (_, n) => `word ${n % 8},${n % 2 ? 'left' : 'right'}`);
    await program.importCsv('p', `query,side\n${csv.join('\n')}\n`);
    await program.settled('p');
    return place;
  }

  get program(): StartedProgram {
    if (this.#program === null) throw new Error('the program does not run');
    return this.#program;
  }

  async start(): Promise<StartedProgram> {
    const env = { HUNDREDFOLD_DATABASE_URL: this.postgres.connectionString };
    this.#program = await startProgram(this.folder.path, ['--empty'], undefined, env);
    return this.#program;
  }

  /** `kill -9` for every process of the program. */
  async kill(): Promise<void> {
    await this.program.process.kill();
    this.#program = null;
  }

  /** What lies in the spool now. */
  async spooled(): Promise<string[]> {
    const files = await readdir(path.join(this.folder.path, 'store', 'spool')).catch(() => []);
    return files.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  }

  /** Waits until nothing lies in the spool any more; returns how many milliseconds that took. */
  async drained(milliseconds = 30_000): Promise<number> {
    const began = performance.now();
    while ((await this.spooled()).length > 0) {
      expect(performance.now() - began).toBeLessThan(milliseconds);
      await sleep(20);
    }
    return performance.now() - began;
  }

  /** The ids in the table. */
  async stored(): Promise<Set<string>> {
    const client = new pg.Client({ connectionString: this.postgres.connectionString });
    await client.connect();
    try {
      const { rows } = await client.query<{ id: string }>('select id from hundredfold.predictions');
      return new Set(rows.map(({ id }) => id));
    } finally {
      await client.end();
    }
  }

  /** Every answered row is in the table, no other is, and each was counted once. */
  async expectExactly(answered: ReadonlySet<string>): Promise<void> {
    const stored = await this.stored();
    expect([...answered].filter((id) => !stored.has(id))).toEqual([]);
    expect([...stored].filter((id) => !answered.has(id))).toEqual([]);
    const { body } = await this.program.get('/predictors/p');
    expect(body).toMatchObject({
      predictions: answered.size,
      counter: { counted: answered.size, newRows: answered.size % 100 },
      retrainings: { counted: Math.floor(answered.size / 100) },
    });
  }

  async close(): Promise<void> {
    await this.#program?.process.kill();
    await this.postgres.remove();
    await this.folder.remove();
  }
}
