import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import pg from 'pg';
import { type Database, openDatabase } from '../../database/index.ts';
import { type Counted, countersOf, faultsOf } from '../database/counter-watch.ts';
import { definition } from '../database/fixture.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { startProcess } from '../support/process.ts';
import { type PassingStatement, watchStatements } from '../support/statement-proxy.ts';
import { rowsOf, UNITS } from './killed-writer-units.ts';

/** What ends in the middle: the process that writes, or the server's process that works for it. */
export type Victim = 'writer' | 'backend';

export interface Cut {
  readonly number: number;
  readonly phase: PassingStatement['phase'];
}

const EVERY = 7;
const PREDICTIONS = 17 + 5 + 12 + 1;
const IMPORTED = 9;

/** A database with a predictor for each writer, and what was committed of it. */
export class WritersPlace {
  readonly #place: TestDatabase;
  readonly #client: pg.Client;
  readonly #database: Database;

  private constructor(place: TestDatabase, client: pg.Client, database: Database) {
    this.#place = place;
    this.#client = client;
    this.#database = database;
  }

  static async open(): Promise<WritersPlace> {
    const place = await createTestDatabase();
    const client = new pg.Client({ connectionString: place.connectionString });
    await client.connect();
    return new WritersPlace(place, client, openDatabase(place));
  }

  async close(): Promise<void> {
    await this.#database.close();
    await this.#client.end();
    await this.#place.drop();
  }

  /** How many statements a writer makes whom nobody disturbs. */
  async statements(): Promise<number> {
    const { connectionString, predictor, prefix } = await this.#newWriter('predictions');
    let last = 0;
    const proxy = await watchStatements(connectionString, ({ number }) => {
      last = number;
      return 'pass';
    });
    await this.#write(proxy.connectionString, predictor, prefix);
    await proxy.close();
    return last;
  }

  /**
   * Ends a writer at one statement. Expects whole units of rows, each counted once, no fewer than the writer was told
   * of; and that a second writer of the same rows adds what is missing, and counts nothing twice.
   */
  async expectWholeUnits(cut: Cut, victim: Victim, of: 'predictions' | 'labels'): Promise<void> {
    const { connectionString, predictor, prefix, name } = await this.#newWriter(of);
    const output = await this.#cutShort(connectionString, predictor, prefix, cut, victim);
    const told = UNITS.filter((unit) => output.includes(`done ${unit.name}`)).map((unit) => unit.name);
    const done = await this.#done(predictor, prefix, told);
    // The statement under way is the only one of which the writer could not know.
    expect(done.slice(0, told.length)).toEqual(told);
    expect(done.length).toBeLessThanOrEqual(told.length + 1);
    await this.#expectCounted(name, predictor, of);

    await this.#write(connectionString, predictor, prefix);
    const counter = await this.#expectCounted(name, predictor, of);
    const again = done.includes('import') ? IMPORTED : 0;
    expect(counter.rows).toBe(PREDICTIONS);
    if (of === 'predictions') expect(counter.counted).toBe(PREDICTIONS);
    // This writer's imports have no key: the second one's rows are others.
    else expect(counter.counted).toBe(3 + IMPORTED + again);
  }

  async #newWriter(of: 'predictions' | 'labels') {
    const name = `p-${randomUUID().slice(0, 8)}`;
    const { id } = await this.#database.predictors.apply(
      definition(name, { retraining: { every: EVERY, of } }),
      's',
    );
    return { connectionString: this.#place.connectionString, predictor: id, prefix: name, name };
  }

  async #write(connectionString: string, predictor: number, prefix: string): Promise<void> {
    const writer = start(connectionString, predictor, prefix);
    expect(await writer.exited).toEqual({ code: 0, signal: null });
  }

  async #cutShort(
    connectionString: string,
    predictor: number,
    prefix: string,
    cut: Cut,
    victim: Victim,
  ): Promise<string> {
    let struck = 0;
    const proxy = await watchStatements(connectionString, async ({ number, phase, backend }) => {
      if (struck > 0 || number !== cut.number || phase !== cut.phase) return 'pass';
      struck = backend;
      if (victim === 'backend') {
        await this.#client.query('select pg_terminate_backend($1, 5000)', [backend]);
        return 'pass';
      }
      writer.signal('SIGKILL');
      return 'cut';
    });
    const writer = start(proxy.connectionString, predictor, prefix);
    const ended = await writer.closed;
    await proxy.close();
    expect(struck).toBeGreaterThan(0);
    if (victim === 'writer') expect(ended.signal).toBe('SIGKILL');
    while (
      (await this.#client.query('select from pg_stat_activity where pid = $1', [struck])).rowCount !== 0
    );
    return writer.output;
  }

  /** The units of which every row is there; none may be there in part, but labels, which are a unit each. */
  async #done(predictor: number, prefix: string, told: readonly string[]): Promise<string[]> {
    const stored = await this.#ids(
      'select id from hundredfold.predictions where predictor_id = $1',
      predictor,
    );
    const labelled = await this.#ids(
      'select prediction_id as id from hundredfold.examples where predictor_id = $1 and prediction_id is not null',
      predictor,
    );
    const imported = await this.#ids(
      'select row_id as id from hundredfold.examples where predictor_id = $1 and prediction_id is null',
      predictor,
    );
    return UNITS.filter((unit) => {
      const rows = rowsOf(unit, predictor, prefix);
      if (unit.how === 'imported') {
        expect([0, unit.rows]).toContain(imported.size);
        return imported.size > 0;
      }
      const there = rows.filter(({ id }) => (unit.how === 'labelled' ? labelled : stored).has(id)).length;
      if (unit.how !== 'labelled') expect([0, unit.rows]).toContain(there);
      return there === unit.rows || (unit.how === 'labelled' && told.includes(unit.name));
    }).map(({ name }) => name);
  }

  async #ids(query: string, predictor: number): Promise<Set<string>> {
    const { rows } = await this.#client.query<{ id: string }>(query, [predictor]);
    return new Set(rows.map(({ id }) => id));
  }

  async #expectCounted(name: string, predictor: number, of: 'predictions' | 'labels'): Promise<Counted> {
    const counter = (await countersOf(this.#client)).find((one) => one.name === name);
    if (counter === undefined) throw new Error(`no predictor ${name}`);
    expect(faultsOf(counter)).toEqual([]);
    const examples = await this.#ids(
      'select row_id as id from hundredfold.examples where predictor_id = $1',
      predictor,
    );
    expect(counter.counted).toBe(of === 'predictions' ? counter.rows : examples.size);
    expect(counter.requests).toBe(Math.floor(counter.counted / EVERY));
    return counter;
  }
}

function start(connectionString: string, predictor: number, prefix: string) {
  return startProcess({
    command: process.execPath,
    args: ['test/fire/killed-writer-process.ts', connectionString, String(predictor), prefix],
  });
}
