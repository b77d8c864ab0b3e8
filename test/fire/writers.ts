import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import pg from 'pg';
import { openDatabase } from '../../database/index.ts';
import { type Counted, countersOf, faultsOf, watchCounters } from '../database/counter-watch.ts';
import { definition } from '../database/fixture.ts';
import { temporaryFolder } from '../support/folder.ts';
import { createTestDatabase } from '../support/postgres.ts';
import { type Draw, drawBy } from '../support/seed.ts';
import { startProgram } from '../support/started-program.ts';
import { Poster } from './poster.ts';

const WRITERS = 32;
const EVERY = 100;

/**
 * Writes so many rows to a database, from 32 writers.
 */
type Write = (connectionString: string, rows: number) => Promise<Written>;

interface Written {
  /** The ids that writers were told of. */
  readonly ids: readonly string[];
  /** Rows without a key whose writer was refused, which may be there all the same: on a machine that is too slow. */
  readonly unknown: number;
}

/** Expects of so many rows that each is there once, was counted once, and that every hundred asked for one retraining. */
export async function expectEachRowOnce(rows: number, write: Write): Promise<void> {
  const place = await createTestDatabase();
  const client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
  const watch = await watchCounters(place.connectionString, 20);
  try {
    const written = await write(place.connectionString, rows).finally(watch.stop);
    const { looks, faults } = await watch.stop();
    expect(faults).toEqual([]);
    expect(looks).toBeGreaterThan(0);
    await expectStored(client, rows, written);
  } finally {
    await client.end();
    await place.drop();
  }
}

async function expectStored(client: pg.Client, rows: number, written: Written): Promise<void> {
  expect(new Set(written.ids).size).toBe(rows);
  const stored = await client.query<{ id: string }>('select id from hundredfold.predictions');
  const there = new Set(stored.rows.map(({ id }) => id));
  expect(written.ids.filter((id) => !there.has(id))).toEqual([]);
  expect(there.size - rows).toBeLessThanOrEqual(written.unknown);
  expect(written.unknown).toBeLessThanOrEqual(rows / 100);
  const [counter] = await countersOf(client);
  expect(faultsOf(counter as Counted)).toEqual([]);
  expect(counter).toMatchObject({
    every: EVERY,
    counted: there.size,
    requests: Math.floor(there.size / EVERY),
    newRows: there.size % EVERY,
    rows: there.size,
  });
}

/** Numbers from 0 on, each given to one writer. */
function shared(rows: number): () => number | null {
  let next = 0;
  return () => (next < rows ? next++ : null);
}

/** Over SQL: batches and single rows, with keys and without, some of them sent again or twice at once. */
export function overSql(draw: Draw): Write {
  return async (connectionString, rows) => {
    const database = openDatabase({ connectionString, connections: WRITERS });
    const { id: predictorId } = await database.predictors.apply(definition('p'), 's');
    const take = shared(rows);
    const ids: string[] = [];
    const row = (n: number) => {
      const id = randomUUID();
      const idempotency = { scope: 's', key: `key ${n}`, fingerprint: 'f', response: `{"id":"${id}"}` };
      const answer = { suggestions: [{ label: 'a', probability: 1 }] };
      const plain = { id, predictorId, revision: 1, model: 1, inputs: { query: `row ${n}` }, answer };
      return n % 2 === 0 ? plain : { ...plain, idempotency };
    };
    const writer = async (by: Draw) => {
      for (;;) {
        const numbers = Array.from({ length: 1 + by(by(2) === 0 ? 1 : 40) }, take).filter((n) => n !== null);
        if (numbers.length === 0) return;
        const batch = numbers.map(row);
        const again = by(4) === 0 ? [database.predictions.record(batch.toReversed())] : [];
        const [{ fates }] = await Promise.all([database.predictions.record(batch), ...again]);
        expect(fates.every(({ outcome }) => outcome === 'recorded' || outcome === 'replayed')).toBe(true);
        ids.push(...batch.map(({ id }) => id));
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, () => writer(drawBy(draw(2 ** 31)))));
    await database.close();
    return { ids, unknown: 0 };
  };
}

/**
 * Over HTTP, by the program in a process of its own, which trains nothing meanwhile. One process records in one statement
 * at a time, so two of the writers go past it: only then do statements meet at the counter.
 */
export function overHttp(draw: Draw): Write {
  return async (connectionString, rows) => {
    const folder = await temporaryFolder();
    const program = await startProgram(folder.path, ['--empty'], undefined, {
      HUNDREDFOLD_DATABASE_URL: connectionString,
    });
    await program.put('/predictors/p', {
      name: 'p',
      inputs: { query: { type: 'text' } },
      target: { name: 'side', type: 'label' },
    });
    const csv = Array.from({ length: 10 }, (_, n) => `word,${n % 2 ? 'left' : 'right'}`).join('\n');
    await program.importCsv('p', `query,side\n${csv}\n`);
    await program.settled('p');
    expect((await program.put('/training', { enabled: false })).status).toBe(200);

    const take = shared(rows);
    const ids: string[] = [];
    let unknown = 0;
    const writer = async (by: Draw) => {
      const client = new Poster(program.url);
      for (let n = take(); n !== null; n = take()) ids.push(await client.post(n, by(5)));
      client.close();
      unknown += client.unknown;
    };
    const past = async () => {
      const client = new pg.Client({ connectionString });
      await client.connect();
      for (let n = take(); n !== null; n = take()) {
        ids.push(await insertRow(client));
        await sleep(1);
      }
      await client.end();
    };
    const over = Array.from({ length: WRITERS - 2 }, () => writer(drawBy(draw(2 ** 31))));
    await Promise.all([past(), past(), ...over]);
    while ((await program.get('/ready')).body.spooled !== 0) await sleep(50);
    await program.process.kill();
    await folder.remove();
    return { ids, unknown };
  };
}

async function insertRow(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
     select gen_random_uuid(), id, 1, 1, '{"query":"past"}', '{"suggestions":[]}' from hundredfold.predictors
     returning id`,
  );
  return rows[0]?.id ?? '';
}
