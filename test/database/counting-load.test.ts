import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { drawBy, seed } from '../support/seed.ts';
import { countersOf, faultsOf, watchCounters } from './counter-watch.ts';
import { applyDefinition, type Written, write } from './counting-load.ts';

const WRITERS = 16;
const isLong = process.env.HUNDREDFOLD_TEST_LONG === '1';
const TURNS = isLong ? 400 : 40;
/** Those that write past every removal: with all of them each removal waits for a second. */
const PAST_REMOVALS = isLong ? WRITERS : 5;

const REMOVALS = TURNS / 8;

let place: TestDatabase;
let client: pg.Client;
beforeEach(async () => {
  place = await createTestDatabase();
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await place.drop();
});

const draw = drawBy(seed);

/** All writers at once, with `meanwhile` again and again until they are done. */
async function load(
  predictors: readonly number[],
  { meanwhile, erases = true }: { meanwhile?: () => Promise<void>; erases?: boolean } = {},
): Promise<Written[]> {
  const watch = await watchCounters(place.connectionString);
  let over = false;
  const aside = (async () => {
    while (!over && meanwhile !== undefined) await meanwhile();
  })();
  const writers = Array.from({ length: WRITERS }, () =>
    write(place.connectionString, predictors, drawBy(draw(2 ** 31)), TURNS, erases),
  );
  const written = await Promise.all(writers);
  over = true;
  await aside;
  const { looks, faults } = await watch.stop();
  expect(faults).toEqual([]);
  expect(looks).toBeGreaterThan(5);
  return written;
}

const total = (written: readonly Written[], what: 'predictions' | 'examples', id: number) =>
  written.reduce((sum, writer) => sum + (writer[what].get(id) ?? 0), 0);

async function labelled(id: number): Promise<number> {
  const { rows } = await client.query(
    'select count(*)::integer as n from hundredfold.examples where predictor_id = $1 and prediction_id is not null',
    [id],
  );
  return rows[0].n;
}

describe(`sixteen writers of everything at once (seed ${seed})`, () => {
  test('count every row once, settle every full count, and never wait for each other in a circle', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const ids: number[] = [];
    for (const [n, name] of names.entries())
      ids.push(await applyDefinition(client, name, 7 + 10 * n, 'predictions'));
    const written = await load(ids);
    expect(written.flatMap(({ errors }) => errors)).toEqual([]);
    for (const [n, counter] of (await countersOf(client)).entries()) {
      const rows = total(written, 'predictions', ids[n] ?? 0);
      expect(rows).toBeGreaterThan(0);
      expect(counter.counted).toBe(rows);
      expect(counter.requests).toBe(Math.floor(rows / counter.every));
      expect(counter.predictions).toBe(counter.rows);
    }
  }, 120_000);

  test('and where labels count: each first label and each imported row, no change of one', async () => {
    const ids = [
      await applyDefinition(client, 'a', 9, 'labels'),
      await applyDefinition(client, 'b', 30, 'labels'),
    ];
    // Nothing is erased, so that what is there is what ever was.
    const written = await load(ids, { erases: false });
    expect(written.flatMap(({ errors }) => errors)).toEqual([]);
    for (const [n, counter] of (await countersOf(client)).entries()) {
      const id = ids[n] ?? 0;
      const known = total(written, 'examples', id) + (await labelled(id));
      expect(counter.counted).toBe(known);
      expect(counter.requests).toBe(Math.floor(known / counter.every));
      expect(counter.rows).toBe(total(written, 'predictions', id));
    }
  }, 120_000);

  test('lose nothing while `every` and what counts are changed under them', async () => {
    const names = ['a', 'b', 'c'];
    const ids: number[] = [];
    for (const name of names) ids.push(await applyDefinition(client, name, 20, 'predictions'));
    let changes = 0;
    const written = await load(ids, {
      async meanwhile() {
        changes++;
        const of = draw(3) === 0 ? 'labels' : 'predictions';
        await applyDefinition(client, names[draw(3)] ?? '', 1 + draw(60), of);
      },
    });
    expect(written.flatMap(({ errors }) => errors)).toEqual([]);
    expect(changes).toBeGreaterThan(10);
    for (const counter of await countersOf(client)) expect(faultsOf(counter)).toEqual([]);
  }, 120_000);

  test('leave nothing of a predictor that is removed while rows of it arrive, and the others exact', async () => {
    const stays = await applyDefinition(client, 'stays', 11, 'predictions');
    const insert = `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
      select gen_random_uuid(), p, 1, 1, '{}', '{}' from unnest($1::integer[]) p, generate_series(1, 5)`;
    let goes = await applyDefinition(client, 'goes', 5, 'predictions');
    let rows = 0;
    let refused = 0;
    const watch = await watchCounters(place.connectionString);
    let over = false;
    const writers = Array.from({ length: PAST_REMOVALS }, async (_, n) => {
      const writer = new pg.Client({ connectionString: place.connectionString });
      await writer.connect();
      while (!over) {
        try {
          await writer.query(insert, [n % 2 ? [stays, goes] : [goes, stays]]);
          rows += 5;
        } catch (error) {
          expect(error).toMatchObject({ code: '23503' });
          refused++;
        }
      }
      await writer.end();
    });
    for (let n = 0; n < REMOVALS; n++) {
      await new Promise((resolve) => setTimeout(resolve, 20 + draw(80)));
      await client.query('delete from hundredfold.predictors where id = $1', [goes]);
      await new Promise((resolve) => setTimeout(resolve, draw(10)));
      goes = await applyDefinition(client, 'goes', 5, 'predictions');
    }
    over = true;
    await Promise.all(writers);
    expect((await watch.stop()).faults).toEqual([]);
    const [, kept] = await countersOf(client);
    expect(kept).toMatchObject({ name: 'stays', counted: rows, requests: Math.floor(rows / 11), rows });
    expect(refused).toBeGreaterThan(0);
  }, 60_000);
});
