import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, TooManyLabelsError, WrongTargetKindError } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, definition, importLabels } from './fixture.ts';

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
  });
  afterAll(async () => {
    await place.close();
  });

  async function recorded(name: string): Promise<{ predictor: number; id: string }> {
    const predictor = (await database.predictors.apply(definition(name), 's')).id;
    const row = answered(predictor);
    await database.predictions.record([row]);
    return { predictor, id: row.id };
  }

  describe('labelling a prediction', () => {
    test('a label that was shown is accepted, with its rank; another is a correction', async () => {
      const { id } = await recorded('shown');
      expect(await database.predictions.label(id, { label: 'Pharmacy' })).toEqual({
        predictor: 'shown',
        source: 'accepted',
        rank: 2,
      });
      expect(await database.predictions.label(id, { label: 'Eye care' })).toEqual({
        predictor: 'shown',
        source: 'corrected',
        rank: null,
      });
      expect(await database.predictions.describe(id)).toMatchObject({
        label: 'Eye care',
        source: 'corrected',
        rank: null,
      });
    });

    test('an unknown prediction has none', async () => {
      expect(await database.predictions.label(randomUUID(), { label: 'x' })).toBeNull();
      expect(await database.predictions.describe(randomUUID())).toBeNull();
    });

    test('a number is refused where the target is a label', async () => {
      const { id } = await recorded('kind');
      await expect(database.predictions.label(id, { value: 3 })).rejects.toBeInstanceOf(WrongTargetKindError);
      expect(await database.predictions.describe(id)).toMatchObject({ label: null, source: null });
    });

    test('two clients that label the same row at once leave one example', async () => {
      const { predictor, id } = await recorded('twice');
      await Promise.all(['a', 'b', 'c', 'd'].map((label) => database.predictions.label(id, { label })));
      expect((await database.examples.list(predictor, { limit: 10, cursor: null })).rows).toHaveLength(1);
    });

    test('the 10,001st different label is refused, and an import leaves out only the rows that have it', async () => {
      const { predictor, id } = await recorded('many');
      const labels = Array.from({ length: 10_003 }, (_, row) => `label ${row}`);
      const { imported, tooManyLabels } = await importLabels(database, predictor, [...labels, 'label 0']);
      expect(imported).toBe(10_001);
      expect(tooManyLabels).toEqual([10_002, 10_003, 10_004]);
      await expect(database.predictions.label(id, { label: 'one more' })).rejects.toBeInstanceOf(
        TooManyLabelsError,
      );
      expect(await database.predictions.label(id, { label: 'label 7' })).toMatchObject({
        source: 'corrected',
      });
    });
  });

  describe('a first training', () => {
    test('is asked for once ten examples of two labels are there, and once only', async () => {
      const predictor = (await database.predictors.apply(definition('first'), 's')).id;
      await importLabels(database, predictor, Array(9).fill('a'));
      expect(await database.predictors.describe('first')).toMatchObject({
        missing: { examples: { needed: 10, present: 9 }, labels: { needed: 2, present: 1 } },
        lastRetraining: null,
      });
      await importLabels(database, predictor, ['a', 'a']);
      expect(await database.predictors.describe('first')).toMatchObject({
        missing: { labels: { needed: 2, present: 1 } },
      });
      await importLabels(database, predictor, ['b']);
      expect(await database.predictors.describe('first')).toMatchObject({
        missing: {},
        lastRetraining: { trigger: 'first', status: 'requested' },
        retrainings: { unfinished: 1 },
      });
      await importLabels(database, predictor, ['b']);
      expect(await database.predictors.describe('first')).toMatchObject({ retrainings: { unfinished: 1 } });
    });

    test('is held back by an import that asks for none', async () => {
      const predictor = (await database.predictors.apply(definition('held'), 's')).id;
      await importLabels(database, predictor, [...Array(10).fill('a'), 'b'], false);
      expect(await database.predictors.describe('held')).toMatchObject({ missing: {}, lastRetraining: null });
    });

    test('an import of `every` rows during it asks for one more', async () => {
      const predictor = (await database.predictors.apply(definition('during'), 's')).id;
      await importLabels(database, predictor, [...Array(10).fill('a'), 'b']);
      await importLabels(database, predictor, Array(99).fill('a'));
      expect(await database.predictors.describe('during')).toMatchObject({
        lastRetraining: { trigger: 'first' },
      });
      await importLabels(database, predictor, Array(100).fill('a'));
      expect(await database.predictors.describe('during')).toMatchObject({
        lastRetraining: { trigger: 'import' },
      });
    });

    test('examples of another target are not learned from, and return with it', async () => {
      const predictor = (await database.predictors.apply(definition('target'), 's1')).id;
      await importLabels(database, predictor, [...Array(10).fill('a'), 'b'], false);
      await database.predictors.apply(
        definition('target', { target: { name: 'other', type: 'label' } }),
        's2',
      );
      expect(await database.predictors.describe('target')).toMatchObject({
        missing: { examples: { present: 0 } },
      });
      await database.predictors.apply(definition('target'), 's1');
      expect(await database.predictors.describe('target')).toMatchObject({ missing: {} });
    });
  });
});
