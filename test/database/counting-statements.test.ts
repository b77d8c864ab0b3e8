import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { copyIn } from './copy-in.ts';
import { type Counted, countersOf, faultsOf } from './counter-watch.ts';
import { definition } from './fixture.ts';

let place: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  place = await createTestDatabase();
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await place.drop();
});

async function predictor(name: string, every: number, of = 'predictions'): Promise<number> {
  const { rows } = await client.query(
    "select predictor_id from hundredfold.apply_definition($1::jsonb, 's')",
    [JSON.stringify(definition(name, { retraining: { every, of } }))],
  );
  return rows[0].predictor_id;
}

/** Rows as a statement writes them that knows nothing of us. */
const INSERT = `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
  select gen_random_uuid(), $1::integer, 1, 1, '{}', '{}' from generate_series(1, $2::integer)`;

async function counter(name: string): Promise<Counted> {
  const found = (await countersOf(client)).find((one) => one.name === name);
  if (found === undefined) throw new Error(`no predictor ${name}`);
  expect(faultsOf(found)).toEqual([]);
  return found;
}

describe('whatever way a row comes in, it is counted once', () => {
  test('by a statement of 20,000 rows', async () => {
    const id = await predictor('huge', 999);
    await client.query(INSERT, [id, 20_000]);
    expect(await counter('huge')).toMatchObject({ counted: 20_000, requests: 20, newRows: 20 });
  });

  test('by one statement over forty predictors', async () => {
    const ids: number[] = [];
    for (let n = 0; n < 40; n++) ids.push(await predictor(`forty-${n}`, 10));
    await client.query(
      `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
       select gen_random_uuid(), p, 1, 1, '{}', '{}' from unnest($1::integer[]) p, generate_series(1, 25)
       order by random()`,
      [ids],
    );
    for (let n = 0; n < 40; n++)
      expect(await counter(`forty-${n}`)).toMatchObject({ counted: 25, requests: 2, newRows: 5 });
  });

  test('by COPY', async () => {
    const id = await predictor('copied', 100);
    const lines = Array.from({ length: 1_234 }, () => [randomUUID(), id, 1, 1, '{}', '{}'].join('\t'));
    const statement =
      'copy hundredfold.predictions (id, predictor_id, revision, model, inputs, answer) from stdin';
    await copyIn(client, statement, lines);
    expect(await counter('copied')).toMatchObject({ counted: 1_234, requests: 12, newRows: 34 });
    // The last line is there already: nothing of it comes in.
    const again = [
      ...lines.slice(0, 500).map((line) => line.replace(/^\S+/, () => randomUUID())),
      lines[0] ?? '',
    ];
    await expect(copyIn(client, statement, again)).rejects.toMatchObject({ code: '23505' });
    expect(await counter('copied')).toMatchObject({ counted: 1_234, rows: 1_234 });
  });

  test('by MERGE, and by two inserts in one statement', async () => {
    const id = await predictor('merged', 10);
    await client.query(
      `merge into hundredfold.predictions p using generate_series(1, 33) n on false
       when not matched then insert (id, predictor_id, revision, model, inputs, answer)
       values (gen_random_uuid(), ${id}, 1, 1, '{}', '{}')`,
    );
    expect(await counter('merged')).toMatchObject({ counted: 33, requests: 3 });
    const insert = (rows: number) => INSERT.replace('$1', String(id)).replace('$2', String(rows));
    await client.query(`with a as (${insert(30)} returning id) ${insert(40)}`);
    expect(await counter('merged')).toMatchObject({ counted: 103, requests: 10, newRows: 3 });
  });

  test('and not when it was there already', async () => {
    const id = await predictor('conflicting', 10);
    const ids = Array.from({ length: 12 }, () => randomUUID());
    const insert = `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
      select i::uuid, ${id}, 1, 1, '{}', '{}' from unnest($1::text[]) i`;
    await client.query(insert, [ids.slice(0, 7)]);
    await client.query(`${insert} on conflict (id) do nothing`, [ids]);
    await client.query(`${insert} on conflict (id) do update set answer = excluded.answer`, [ids]);
    expect(await counter('conflicting')).toMatchObject({ counted: 12, requests: 1, newRows: 2 });
  });
});

describe('what is undone was never counted', () => {
  test('a transaction rolled back, a savepoint rolled back, and not one that was released', async () => {
    const id = await predictor('undone', 10);
    await client.query('begin');
    await client.query(INSERT, [id, 7]);
    await client.query('savepoint a');
    await client.query(INSERT, [id, 25]);
    await client.query('savepoint b');
    await client.query(INSERT, [id, 100]);
    await client.query('rollback to savepoint b');
    await client.query('release savepoint b');
    await client.query('rollback to savepoint a');
    await client.query(INSERT, [id, 5]);
    await client.query('savepoint c');
    await client.query(INSERT, [id, 11]);
    await client.query('release savepoint c');
    await client.query('commit');
    expect(await counter('undone')).toMatchObject({ counted: 23, requests: 2, newRows: 3, rows: 23 });
    await client.query('begin');
    await client.query(INSERT, [id, 1_000]);
    await client.query('rollback');
    expect(await counter('undone')).toMatchObject({ counted: 23, requests: 2 });
  });

  test('a statement that fails at its last row', async () => {
    const id = await predictor('failing', 10);
    await expect(
      client.query(
        `insert into hundredfold.predictions (id, predictor_id, revision, model, inputs, answer)
         select gen_random_uuid(), ${id}, 1, 1 / (50 - n), '{}', '{}' from generate_series(1, 50) n`,
      ),
    ).rejects.toMatchObject({ code: '22012' });
    expect(await counter('failing')).toMatchObject({ counted: 0, requests: 0, rows: 0 });
  });

  test('a caught exception of a block', async () => {
    const id = await predictor('caught', 10);
    await client.query(
      `do $$ begin
        begin ${INSERT.replace('$1', String(id)).replace('$2', '15')}; raise 'no'; exception when others then null; end;
        ${INSERT.replace('$1', String(id)).replace('$2', '12')};
      end $$`,
    );
    expect(await counter('caught')).toMatchObject({ counted: 12, requests: 1, newRows: 2 });
  });
});

describe('deleting rows', () => {
  test('counts none back, whether in one statement, over several predictors, or all', async () => {
    const [a, b] = [await predictor('deleted-a', 10), await predictor('deleted-b', 10)];
    for (const id of [a, b]) await client.query(INSERT, [id, 37]);
    await client.query(
      `delete from hundredfold.predictions where id in (
         select id from hundredfold.predictions where predictor_id in ($1, $2) order by id limit 40)`,
      [a, b],
    );
    await client.query('delete from hundredfold.predictions where predictor_id in ($1, $2)', [a, b]);
    for (const name of ['deleted-a', 'deleted-b'])
      expect(await counter(name)).toMatchObject({ counted: 37, requests: 3, newRows: 7, rows: 0 });
    await client.query(INSERT, [a, 3]);
    expect(await counter('deleted-a')).toMatchObject({ counted: 40, requests: 4, newRows: 0, rows: 3 });
  });

  test('and adding rows in one statement adds what came and takes what went', async () => {
    const id = await predictor('both', 10);
    await client.query(INSERT, [id, 15]);
    await client.query(
      `with gone as (delete from hundredfold.predictions where predictor_id = ${id} returning id)
       ${INSERT.replace('$1', String(id)).replace('$2', '8')}`,
    );
    expect(await counter('both')).toMatchObject({ counted: 23, requests: 2, newRows: 3, rows: 8 });
  });
});

describe('a definition that changes', () => {
  test('settles with the new `every` what the old one left, and each request keeps its own', async () => {
    const id = await predictor('redefined', 40);
    await client.query(INSERT, [id, 90]);
    await predictor('redefined', 7);
    expect(await counter('redefined')).toMatchObject({ counted: 90, requests: 3, newRows: 3, settled: 87 });
    await predictor('redefined', 1_000);
    await client.query(INSERT, [id, 500]);
    expect(await counter('redefined')).toMatchObject({ counted: 590, requests: 3, newRows: 503 });
  });

  test('from predictions to labels and back counts from then on the others', async () => {
    const id = await predictor('turned', 10);
    await client.query(INSERT, [id, 15]);
    await predictor('turned', 10, 'labels');
    await client.query(INSERT, [id, 15]);
    expect(await counter('turned')).toMatchObject({ counted: 15, newRows: 5, rows: 30 });
    const { rows } = await client.query('select id from hundredfold.predictions where predictor_id = $1', [
      id,
    ]);
    for (const row of rows.slice(0, 6))
      await client.query("select hundredfold.label_prediction($1, 'a', null)", [row.id]);
    expect(await counter('turned')).toMatchObject({ counted: 21, requests: 2, newRows: 1 });
    await predictor('turned', 10, 'predictions');
    await client.query("select hundredfold.label_prediction($1, 'a', null)", [rows[7].id]);
    await client.query(INSERT, [id, 9]);
    expect(await counter('turned')).toMatchObject({ counted: 30, requests: 3, newRows: 0 });
  });
});
