import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Claim, Database, Verdict } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition, importLabels } from './fixture.ts';
import { waitingForLocks } from './waiting.ts';

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;
  let client: pg.Client;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
    client = new pg.Client({ connectionString: place.connectionString });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await place.close();
  });

  const TWO_LABELS = [...Array(10).fill('a'), 'b'];
  const other = { inputs: { other: { type: 'text' } } };

  async function claimed(name: string): Promise<Claim> {
    const claim = await database.training.claim(name, 60);
    if (claim === null) throw new Error('nothing to claim');
    return claim;
  }

  const ended = (changes: Partial<Verdict>): Verdict => ({
    verdict: 'failed',
    reason: 'because',
    fingerprint: null,
    judgement: null,
    champion: null,
    model: null,
    learned: '{}',
    learnedLabels: '{}',
    ...changes,
  });

  /** The predictor's newest request. */
  async function last(name: string) {
    return (await database.predictors.describe(name))?.lastRetraining;
  }

  test('a label and an import at the same moment both succeed where labels count', async () => {
    const name = 'label-and-import';
    const { id } = await database.predictors.apply(
      definition(name, { retraining: { every: 1000, of: 'labels' } }),
      's',
    );
    const row = answered(id);
    await database.predictions.record([row]);
    await importLabels(database, id, [...Array(5).fill('Laboratory'), ...Array(4).fill('Pharmacy')], false);
    // Both have begun and stand before the counter; the label then asks for the first training.
    const holder = new pg.Client({ connectionString: place.connectionString });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from hundredfold.counters where predictor_id = $1 for update', [id]);
    const label = database.predictions.label(row.id, { label: 'Laboratory' });
    await waitingForLocks(place.connectionString, 1);
    const imported = importLabels(database, id, ['Pharmacy']);
    await waitingForLocks(place.connectionString, 2);
    await holder.query('commit');
    await holder.end();
    await expect(label).resolves.toMatchObject({ source: 'accepted' });
    await expect(imported).resolves.toMatchObject({ imported: 1 });
    expect(await last(name)).toMatchObject({ trigger: 'first', status: 'requested' });
  });

  test('a row recorded again under its key, beside new ones, while it is erased: both are done, and none is left of it', async () => {
    const { id } = await database.predictors.apply(definition('recorded-and-erased'), 's');
    const keyed = {
      ...answered(id),
      idempotency: { scope: 'recorded-and-erased', key: 'k', fingerprint: 'f', response: '{"first":1}' },
    };
    const fresh = answered(id);
    await database.predictions.record([keyed]);
    // The recorder has written its new row and stands before the counter; the erasure has begun.
    const holder = new pg.Client({ connectionString: place.connectionString });
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from hundredfold.counters where predictor_id = $1 for update', [id]);
    const recording = database.predictions.record([fresh, keyed]);
    await waitingForLocks(place.connectionString, 1);
    const erasing = database.predictions.erase(keyed.id);
    await waitingForLocks(place.connectionString, 2);
    await holder.query('commit');
    await holder.end();
    const { fates } = await recording;
    expect(fates.map(({ outcome }) => outcome)).toEqual(['recorded', 'replayed']);
    expect(await erasing).toEqual({ flaggedModels: [] });
    const left = 'select id from hundredfold.predictions where predictor_id = $1';
    expect((await client.query(left, [id])).rows).toEqual([{ id: fresh.id }]);
    const keys = await client.query('select from hundredfold.idempotency_keys where prediction_id = $1', [
      keyed.id,
    ]);
    expect(keys.rowCount).toBe(0);
  });

  test('what waits while its predictor turns to counting something else is counted as that then says', async () => {
    const name = 'turned-meanwhile';
    const turn = (of: string) => definition(name, { retraining: { every: 1000, of } });
    const { id } = await database.predictors.apply(turn('labels'), 's');
    const rows = [answered(id), answered(id)];
    await database.predictions.record(rows);
    await database.predictions.label(rows[0]?.id ?? '', { label: 'Laboratory' });
    const counted = async () => (await counterOf(database, name)).counted;
    expect(await counted()).toBe(1);

    const holder = new pg.Client({ connectionString: place.connectionString });
    await holder.connect();
    const turning = async (of: string, work: () => Promise<unknown>) => {
      await holder.query('begin');
      await holder.query("select hundredfold.apply_definition($1::jsonb, 's')", [JSON.stringify(turn(of))]);
      const waiting = work();
      await waitingForLocks(place.connectionString, 1);
      await holder.query('commit');
      await waiting;
    };
    await turning('predictions', () =>
      database.predictions.label(rows[1]?.id ?? '', { label: 'Laboratory' }),
    );
    expect(await counted()).toBe(1);
    await turning('labels', () => database.predictions.record([answered(id), answered(id)]));
    expect(await counted()).toBe(1);
    await holder.end();
  });

  test('a row erased while a model learned from it flags that model', async () => {
    const name = 'erased-while-learning';
    const { id } = await database.predictors.apply(definition(name), 's');
    await importLabels(database, id, TWO_LABELS);
    const row = answered(id);
    await database.predictions.record([row]);
    const claim = await claimed(name);
    const { rows } = await client.query('select row_id from hundredfold.predictions where id = $1', [row.id]);
    await database.predictions.erase(row.id);
    const model = {
      version: 1,
      status: 'champion' as const,
      revision: 1,
      signature: 's',
      learner: 'prior',
      settings: {},
      examples: 11,
      metrics: {},
      sha256: 'a'.repeat(64),
      key: 'models/x/1/a',
      size: 10,
      code_version: '0.1.0',
    };
    const learned = `{[${rows[0].row_id},${Number(rows[0].row_id) + 1})}`;
    await database.training.finish(claim, ended({ verdict: 'promoted', fingerprint: 'f', model, learned }));
    expect((await database.models.find(id, 1))?.erased).toBe(1);
  });

  describe('a first training that failed is asked for again', () => {
    test('when the definition changed while it ran', async () => {
      const name = 'redefined-while-training';
      const { id } = await database.predictors.apply(definition(name), 's');
      await importLabels(database, id, TWO_LABELS);
      const claim = await claimed(name);
      await database.predictors.apply(definition(name, other), 's2');
      await database.training.finish(claim, ended({}));
      expect(await last(name)).toMatchObject({ trigger: 'first', status: 'requested' });
    });

    test('when examples came while it ran, and not when none did', async () => {
      const name = 'examples-while-training';
      const { id } = await database.predictors.apply(definition(name), 's');
      await database.retrainings.request(id);
      const early = await claimed(name);
      await importLabels(database, id, TWO_LABELS);
      await database.training.finish(early, ended({ reason: 'Needs 10 examples, has 0.' }));
      expect(await last(name)).toMatchObject({ trigger: 'first', status: 'requested' });
      await database.training.finish(await claimed(name), ended({}));
      expect(await last(name)).toMatchObject({ trigger: 'first', verdict: 'failed' });
    });
  });

  test('a large import during a training that a person asked for is learned from as well', async () => {
    const name = 'import-while-training';
    const { id } = await database.predictors.apply(
      definition(name, { retraining: { every: 10, of: 'predictions' } }),
      's',
    );
    await database.retrainings.request(id);
    await claimed(name);
    await importLabels(database, id, TWO_LABELS);
    expect(await last(name)).toMatchObject({ trigger: 'import', status: 'requested' });
  });

  test('an import keeps the revision that its rows were read by', async () => {
    const name = 'redefined-while-importing';
    const { id, revision } = await database.predictors.apply(definition(name), 's');
    await database.transaction(async (transaction) => {
      const importId = randomUUID();
      const row = { line: 2, inputs: { query: 'labora' }, label: 'Lab', value: null };
      await transaction.imports.stage(importId, [row]);
      await database.predictors.apply(
        definition(name, { target: { name: 'age', type: 'number', coverage: 0.9 } }),
        's2',
      );
      await transaction.imports.finish(importId, id, true, revision);
    });
    expect(await database.predictors.describe(name)).toMatchObject({
      examples: { imported: 1 },
      missing: { examples: { needed: 10, present: 0 } },
    });
  });
});
