import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, MissingLabelError } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { definition } from './fixture.ts';

type Inputs = Readonly<Record<string, object>>;

const text = { type: 'text', maxLength: 1000, optional: false };
const number = { type: 'number', optional: false };

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
  });
  afterAll(() => place.close());

  async function apply(name: string, inputs: Inputs, changes: object = {}) {
    return database.predictors.apply(definition(name, { inputs, ...changes }), JSON.stringify(inputs));
  }

  /** One imported row of these inputs, under the definition in force. */
  async function importRow(
    predictorId: number,
    inputs: object,
    target: string | number = 'A',
  ): Promise<void> {
    await database.transaction(async (transaction) => {
      const importId = randomUUID();
      const [label, value] = typeof target === 'string' ? [target, null] : [null, target];
      await transaction.imports.stage(importId, [{ line: 2, inputs, label, value }]);
      await transaction.imports.finish(importId, predictorId, true);
    });
  }

  /** The rows as a training of the definition in force reads them, in the order in which they came. */
  async function learnable(predictorId: number, revision: number) {
    const rows: object[] = [];
    for await (const page of database.examples.learnable({ predictorId, revision, champion: null })) {
      rows.push(...page.map(({ inputs }) => inputs));
    }
    return rows;
  }

  async function described(name: string) {
    const shown = await database.predictors.describe(name);
    return { missing: shown?.missing, unfit: shown?.unfit };
  }

  describe('an input that was called otherwise', () => {
    test('has the rows of then, twice over, whether they were imported, labelled or recorded late', async () => {
      const { id } = await apply('twice', { t: text, n: number });
      await importRow(id, { t: 'first', n: 1 });
      const late = {
        id: randomUUID(),
        predictorId: id,
        revision: 1,
        model: 1,
        inputs: { t: 'second', n: 2 },
        answer: { suggestions: [] },
      };
      await apply('twice', { subject: { ...text, was: 't' }, n: number });
      await importRow(id, { subject: 'third', n: 3 });
      await database.predictions.record([late]);
      await database.predictions.label(late.id, { label: 'B' });
      // The file may go on to say what was done, and say no more of it later.
      await apply('twice', { subject: { ...text, was: 't', maxLength: 500 }, n: number });
      await importRow(id, { subject: 'fourth', n: 4 });
      const { revision } = await apply('twice', { title: { ...text, was: 'subject' }, n: number });
      const rows = ['first', 'third', 'second', 'fourth'].map((title) => expect.objectContaining({ title }));
      expect(await learnable(id, revision)).toEqual(rows);
      expect(await learnable(id, (await apply('twice', { title: text, n: number })).revision)).toEqual(rows);
      const { rows: listed } = await database.examples.list(id, { limit: 10, cursor: null });
      expect(listed.map(({ inputs }) => inputs).reverse()).toEqual(rows);
      expect(await database.predictions.describe(late.id)).toMatchObject({
        inputs: { title: 'second', n: 2 },
      });
      // A training of an earlier revision reads them by the names of then.
      expect(await learnable(id, 1)).toContainEqual({ t: 'first', n: 1 });
      expect(await described('twice')).toMatchObject({ unfit: { examples: 0, reasons: [] } });
    });

    test('is found when that is said only after the rename', async () => {
      const { id } = await apply('later', { t: text });
      for (let n = 0; n < 12; n++) await importRow(id, { t: `${n}` }, n % 2 === 0 ? 'A' : 'B');
      await apply('later', { subject: text });
      expect(await described('later')).toEqual({
        missing: { examples: { needed: 10, present: 0 }, labels: { needed: 2, present: 0 } },
        unfit: { examples: 12, reasons: [{ input: 'subject', reason: 'is missing', examples: 12 }] },
      });
      const { revision } = await apply('later', { subject: { ...text, was: 't' } });
      expect(await described('later')).toEqual({ missing: {}, unfit: { examples: 0, reasons: [] } });
      expect((await learnable(id, revision))[0]).toEqual({ subject: '0' });
    });

    test('leaves its old name to another, which rows of before do not have', async () => {
      const { id } = await apply('reused', { t: text });
      await importRow(id, { t: 'old' });
      await apply('reused', { subject: { ...text, was: 't' } });
      const { revision } = await apply('reused', { subject: text, t: { ...text, optional: true } });
      await importRow(id, { subject: 'new', t: 'other' });
      expect(await learnable(id, revision)).toEqual([{ subject: 'old' }, { subject: 'new', t: 'other' }]);
    });

    test('may take the name of one that was removed before, and two may change places by way of a third', async () => {
      const { id } = await apply('moved', { a: text, b: text });
      await importRow(id, { a: 'A', b: 'B' });
      await apply('moved', { b: text });
      await importRow(id, { b: 'B2' });
      const { revision } = await apply('moved', { a: { ...text, was: 'b' } });
      expect(await learnable(id, revision)).toEqual([{ a: 'B' }, { a: 'B2' }]);

      const swapped = await apply('swapped', { a: text, b: text });
      await importRow(swapped.id, { a: 'A', b: 'B' });
      await apply('swapped', { x: { ...text, was: 'a' }, b: text });
      await apply('swapped', { x: text, a: { ...text, was: 'b' } });
      const last = await apply('swapped', { b: { ...text, was: 'x' }, a: text });
      expect(await learnable(swapped.id, last.revision)).toEqual([{ a: 'B', b: 'A' }]);
    });

    test('goes back with the definition: rows of before are read as they were', async () => {
      const { id } = await apply('back', { t: text });
      await importRow(id, { t: 'one' });
      await apply('back', { subject: { ...text, was: 't' } });
      await importRow(id, { subject: 'two' });
      const plain = await apply('back', { t: text });
      expect(await learnable(id, plain.revision)).toEqual([{ t: 'one' }, { subject: 'two' }]);
      const renamed = await apply('back', { t: { ...text, was: 'subject' } });
      expect(await learnable(id, renamed.revision)).toEqual([{ t: 'one' }, { t: 'two' }]);
    });
  });

  test('a target that was called otherwise keeps its examples; as another type it does not', async () => {
    const target = (name: string, was?: string, type = 'label') => ({
      target: { name, type, ...(was === undefined ? {} : { was }) },
    });
    const { id } = await apply('target', { t: text }, target('y'));
    for (let n = 0; n < 10; n++) await importRow(id, { t: 'x' }, n % 2 === 0 ? 'A' : 'B');
    await apply('target', { t: text }, target('team', 'y'));
    const { revision } = await apply('target', { t: text }, target('group', 'team'));
    expect(await learnable(id, revision)).toHaveLength(10);
    expect(await described('target')).toMatchObject({ missing: {} });
    expect(await database.predictors.describe('target')).toMatchObject({
      labels: [
        { label: 'A', examples: 5 },
        { label: 'B', examples: 5 },
      ],
    });
    await apply('target', { t: text }, target('score', 'group', 'number'));
    expect(await described('target')).toMatchObject({ missing: { examples: { present: 0 } } });
    expect(await database.predictors.columnNames(id)).toEqual({
      inputs: ['t'],
      targets: ['group', 'score', 'team', 'y'],
    });
  });

  describe('examples that the definition in force does not take', () => {
    test('are counted by input and reason, and hold back a first training', async () => {
      const wide = { t: text, n: { ...number, optional: true } };
      const { id } = await apply('unfit', wide);
      for (let n = 0; n < 12; n++) {
        await importRow(id, { t: 'x'.repeat(n), n: n < 4 ? null : n }, ['A', 'B', 'N/A'][n % 3] ?? '');
      }
      expect(await described('unfit')).toEqual({ missing: {}, unfit: { examples: 0, reasons: [] } });
      await apply('unfit', { t: { ...text, maxLength: 9 }, n: number, extra: { ...text, optional: true } });
      expect(await described('unfit')).toEqual({
        missing: { examples: { needed: 10, present: 6 } },
        unfit: {
          examples: 6,
          reasons: [
            { input: 'n', reason: 'is missing', examples: 4 },
            { input: 't', reason: 'is too long', examples: 2 },
          ],
        },
      });
      await apply('unfit', { t: number, n: { type: 'boolean', optional: true } });
      expect(await described('unfit')).toMatchObject({
        unfit: {
          examples: 12,
          reasons: [
            { input: 't', reason: 'is not a number', examples: 12 },
            { input: 'n', reason: 'is neither true nor false', examples: 8 },
          ],
        },
      });
      const target = { name: 'completion', type: 'label', missing: ['N/A'] };
      await apply('unfit', wide, { target });
      expect(await described('unfit')).toEqual({
        missing: { examples: { needed: 10, present: 8 } },
        unfit: { examples: 4, reasons: [{ input: 'completion', reason: 'is missing', examples: 4 }] },
      });
    });

    test('ask for no training until ten fit', async () => {
      const { id } = await apply('few', { t: text });
      for (let n = 0; n < 9; n++) await importRow(id, { t: 'x' }, n % 2 === 0 ? 'A' : 'B');
      await apply('few', { t: text, place: text });
      await importRow(id, { t: 'x', place: 'y' });
      expect(await described('few')).toMatchObject({ missing: { examples: { needed: 10, present: 1 } } });
      expect(await database.predictors.describe('few')).toMatchObject({ lastRetraining: null });
      await apply('few', { t: text, place: { ...text, optional: true } });
      expect(await database.predictors.describe('few')).toMatchObject({
        missing: {},
        lastRetraining: { trigger: 'first' },
      });
    });
  });

  test('a label counts as shown in its clean spelling, and one that is declared missing is refused', async () => {
    const target = { name: 'completion', type: 'label', missing: ['N/A'] };
    const { id: predictorId } = await apply('spelled', { t: text }, { target });
    const spellings = [' Bu\u0308ro\u00a01\u200b', '\u3000Eye\u2009care\n', 'Pharmacy'];
    const row = {
      id: randomUUID(),
      predictorId,
      revision: 1,
      model: 1,
      inputs: { t: 'x' },
      answer: { suggestions: spellings.map((label) => ({ label, probability: 0.3 })) },
    };
    await database.predictions.record([row]);
    for (const [place, label] of ['Büro 1', 'Eye care', 'Pharmacy'].entries()) {
      expect(await database.predictions.label(row.id, { label })).toMatchObject({
        source: 'accepted',
        rank: place + 1,
      });
    }
    await expect(database.predictions.label(row.id, { label: 'N/A' })).rejects.toBeInstanceOf(
      MissingLabelError,
    );
  });
});
