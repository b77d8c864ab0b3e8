import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { type Database, migrate, openDatabase } from '../../../database/index.ts';
import { readMigrations } from '../../../database/migration-files.ts';
import { answered, counterOf } from '../fixture.ts';
import { type EarlierLife, ERASED, KEYED, LABELLED, liveWith } from './earlier-life.ts';
import { type FreshDatabase, freshDatabase, migrateUpTo } from './fresh-database.ts';

/** The last version that was released with all before it. */
const FIRST = 10;
const versions = (await readMigrations()).map(({ id }) => id).filter((id) => id >= FIRST);

let place: FreshDatabase;
let database: Database;
beforeEach(async () => {
  place = await freshDatabase();
  database = openDatabase({ connectionString: place.connectionString, connections: 4 });
});
afterEach(async () => {
  await database.close();
  await place.drop();
});

/** Every row of every table, in the columns that there are now. */
async function snapshotQueries(client: pg.Client): Promise<[string, string][]> {
  const { rows } = await client.query<{ name: string; columns: string }>(
    `select table_name as name, string_agg(format('%I', column_name), ', ' order by ordinal_position) as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema = 'hundredfold' and table_type = 'BASE TABLE' and table_name <> 'migrations'
     group by table_name order by table_name`,
  );
  return rows.map(({ name, columns }) => [
    name,
    `select coalesce(jsonb_agg(to_jsonb(r) order by to_jsonb(r)::text), '[]') as all
     from (select ${columns} from hundredfold.${name}) r`,
  ]);
}

async function contents(client: pg.Client, queries: [string, string][]): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [name, query] of queries) found[name] = (await client.query(query)).rows[0].all;
  return found;
}

describe.each(versions)('a database of version %i with rows in it', (version) => {
  let life: EarlierLife;
  let before: Record<string, unknown>;
  let after: Record<string, unknown>;
  beforeEach(async () => {
    await migrateUpTo(place.connectionString, version);
    life = await liveWith(place.client, version);
    const queries = await snapshotQueries(place.client);
    before = await contents(place.client, queries);
    await migrate({ connectionString: place.connectionString });
    after = await contents(place.client, queries);
  });

  test('keeps every row when it is migrated, and everything goes on working', async () => {
    expect(after).toEqual(before);
    await expectCounted(life);
    await expectLabelsInForce();
    await expectToReplay(life);
    await expectToFinishWhatIsUnderWay(life);
    await expectToRecordLabelAndErase(life);
    await expectToUndoAnImport(life);
  });
});

async function expectCounted(life: EarlierLife): Promise<void> {
  expect(await counterOf(database, 'searches')).toMatchObject({
    counted: 250,
    newRows: 50,
    requests: 2,
    predictions: 250 - ERASED,
  });
  expect(await counterOf(database, 'labels')).toMatchObject({
    counted: 30 + LABELLED,
    newRows: 15,
    requests: 3,
    predictions: 60,
  });
  expect(await database.predictors.describe('searches')).toMatchObject({
    champion: { model: 1 },
    examples: { imported: 30, accepted: 1, corrected: LABELLED - 1 },
    lastRetraining: { status: 'running' },
  });
  expect((await database.models.find(life.searches, 1))?.erased).toBe(ERASED);
}

/** Each labelled example names the last of its labels, and an imported one names none. */
async function expectLabelsInForce(): Promise<void> {
  const { rows } = await place.client.query(
    `select source = 'imported' as imported, label_id is not distinct from last.id as last,
       last.label is null or last.label = e.label as same, count(*)::integer as n
     from hundredfold.examples e
     left join lateral (
       select id, label from hundredfold.labels l where l.prediction_id = e.prediction_id order by id desc limit 1) last on true
     group by 1, 2, 3 order by 1`,
  );
  expect(rows).toEqual([
    { imported: false, last: true, same: true, n: 2 * LABELLED },
    { imported: true, last: true, same: true, n: 60 },
  ]);
}

async function expectToReplay({ searches, ids }: EarlierLife): Promise<void> {
  const idempotency = { scope: 'a POST b', key: `key ${KEYED - 1}`, fingerprint: 'f', response: '{}' };
  const { fates } = await database.predictions.record([{ ...answered(searches), idempotency }]);
  expect(fates[0]?.outcome).toBe('replayed');
  expect(JSON.parse(fates[0]?.response ?? '')).toEqual({ id: ids[KEYED - 1], recorded: true });
}

async function expectToFinishWhatIsUnderWay({ underway }: EarlierLife): Promise<void> {
  await place.client.query("select hundredfold.renew_lease($1, $2, interval '1 minute', null)", [
    underway.id,
    underway.token,
  ]);
  await place.client.query('select hundredfold.release_retraining($1, $2)', [underway.id, underway.token]);
  const claim = await database.training.claim('searches', 60);
  expect(claim).toMatchObject({ champion: { model: 1 } });
}

async function expectToRecordLabelAndErase({ searches, ids }: EarlierLife): Promise<void> {
  const counter = await counterOf(database, 'searches');
  await database.predictions.record(Array.from({ length: 150 }, () => answered(searches)));
  expect(await counterOf(database, 'searches')).toMatchObject({
    counted: counter.counted + 150,
    requests: counter.requests + 2,
    newRows: counter.newRows - 50,
  });
  const [id = randomUUID()] = ids;
  expect(await database.predictions.label(id, { label: 'Pharmacy' })).toMatchObject({ source: 'corrected' });
  expect(await database.predictions.erase(id)).not.toBeNull();
  expect(await database.predictions.describe(id)).toBeNull();
}

/** Imports of before are listed, and are undone with the key that they came under. */
async function expectToUndoAnImport({ labels }: EarlierLife): Promise<void> {
  const { rows } = await database.imports.list(labels, { limit: 10, cursor: null });
  expect(rows).toMatchObject([{ rows: 30, rejected: 7, erased: 0, undoing: false }]);
  const key = { scope: 'anonymous POST /predictors/labels/examples', key: 'the file' };
  expect(await database.idempotency.find(key)).not.toBeNull();
  expect(await database.removals.undoImport(labels, String(rows[0]?.id), 100)).toMatchObject({
    rows: 30,
    done: true,
  });
  expect(await database.idempotency.find(key)).toBeNull();
  expect(await database.predictors.describe('labels')).toMatchObject({ examples: { imported: 0 } });
}
