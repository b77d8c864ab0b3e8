import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
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
  const watch = await watchCounters(place.connectionString, 50);
  const written = await write(place.connectionString, rows);
  const { looks, faults } = await watch.stop();
  expect(faults).toEqual([]);
  expect(looks).toBeGreaterThan(5);

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
  await client.end();
  await place.drop();
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

/** Over HTTP, by the program in a process of its own, which trains nothing meanwhile. */
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
    await Promise.all(Array.from({ length: WRITERS }, () => writer(drawBy(draw(2 ** 31)))));
    while ((await program.get('/ready')).body.spooled !== 0) await sleep(50);
    await program.process.kill();
    await folder.remove();
    return { ids, unknown };
  };
}

/** A client with connections of its own that stay open. What was refused for want of time it sends again. */
class Poster {
  /** Rows without a key that were refused, and sent again as others. */
  unknown = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Posts row `n`, every second one with a key; of those some again, some twice at once. All answers are one. */
  async post(n: number, manner: number): Promise<string> {
    if (n % 2 === 0) return this.#until201(n, {});
    const key = { 'idempotency-key': `row-${n}` };
    const ids = new Set([await this.#until201(n, key)]);
    if (manner === 0) ids.add(await this.#until201(n, key));
    if (manner === 1) {
      for (const id of await Promise.all([1, 2].map(() => this.#until201(n, key)))) ids.add(id);
    }
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    return id;
  }

  async #until201(n: number, headers: Record<string, string>): Promise<string> {
    for (;;) {
      const { status, text } = await this.#once(n, headers);
      if (status === 201) return (JSON.parse(text) as { id: string }).id;
      if (status !== 503) throw new Error(`${status} ${text}`);
      if (headers['idempotency-key'] === undefined) this.unknown++;
    }
  }

  #once(n: number, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#url}/predictors/p/predictions`,
        {
          method: 'POST',
          agent: this.#agent,
          headers: { 'content-type': 'application/json', ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject).end(JSON.stringify({ query: `row ${n}` }));
    });
  }
}
