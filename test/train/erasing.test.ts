import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseDefinition } from '../../services/ml/predictor/parse-definition.ts';
import { retrain } from '../../services/train/index.ts';
import { readLearnable } from '../../services/train/learnable-examples.ts';
import { waitingForLocks } from '../database/waiting.ts';
import {
  answerRows,
  CODE_VERSION,
  importRows,
  type LearningPlace,
  labelRows,
  openLearningPlace,
  searches,
} from './learning-place.ts';

let place: LearningPlace;
beforeAll(async () => {
  place = await openLearningPlace();
});
afterAll(() => place.close());

/** A predictor with thirty imported rows and these labelled ones. */
async function predictor(
  name: string,
  labelled = searches(6, 2),
): Promise<{ id: number; predictions: string[] }> {
  const id = await place.apply(name);
  await importRows(place.database, id, searches(30, 1));
  return { id, predictions: await labelRows(place.database, id, labelled) };
}

/** The predictions that the model learned from, and how many rows it learned from in all. */
async function learned(id: number, model: number): Promise<{ predictions: (string | null)[]; rows: number }> {
  const { rows } = await place.database.examples.learned(id, model, { limit: 200, cursor: null });
  return { predictions: rows.map(({ predictionId }) => predictionId), rows: rows.length };
}

const one = async (sql: string, ...values: unknown[]) => (await place.client.query(sql, values)).rows[0];

describe('erasing a prediction', () => {
  test('flags the models that learned from it, and the next training leaves it out', async () => {
    const { database } = place;
    const { id, predictions } = await predictor('left-out');
    const [erased = ''] = predictions;
    await place.train(id, 'left-out');
    expect((await learned(id, 1)).predictions).toContain(erased);
    expect(await database.predictions.erase(erased)).toEqual({ flaggedModels: [1] });
    expect(await database.predictions.erase(erased)).toBeNull();
    await place.train(id, 'left-out');
    expect(await learned(id, 2)).toMatchObject({ rows: 35 });
    expect((await learned(id, 2)).predictions).not.toContain(erased);
    expect(await database.models.find(id, 1)).toMatchObject({ erased: 1 });
    expect(await database.models.find(id, 2)).toMatchObject({ erased: 0 });
  });

  test('between the reading and the publishing of a training flags the model that comes of it', async () => {
    const { database, store } = place;
    const { id, predictions } = await predictor('meanwhile');
    await database.retrainings.request(id);
    let isFitting = false;
    let erased: unknown = null;
    await retrain('meanwhile', {
      database,
      store,
      codeVersion: CODE_VERSION,
      report: ({ step }) => {
        isFitting ||= step === 'fit';
      },
      // The training goes on when the row is gone.
      pause: async () => {
        if (isFitting) erased ??= await database.predictions.erase(predictions[0] ?? '');
      },
    });
    expect(erased).toEqual({ flaggedModels: [] });
    expect(await database.models.find(id, 1)).toMatchObject({ erased: 1 });
    expect(await place.again(id, 1)).toMatchObject({ reason: expect.stringContaining('1 of the 36 rows') });
  });

  test('while a training reads its rows changes nothing of what it reads: that is of one instant', async () => {
    const { database } = place;
    const id = await place.apply('one-instant', { inputs: { query: { type: 'text', maxLength: 40_000 } } });
    const long = searches(30, 1).map(({ query, label }) => ({ query: query.padEnd(30_000, '.'), label }));
    await importRows(database, id, long);
    const predictions = await labelRows(database, id, searches(6, 2));
    const state = await database.predictors.state('one-instant');
    const definition = parseDefinition(state?.definition);
    let pages = 0;
    const read = await readLearnable(database, { id, definition, revision: 1, champion: null }, async () => {
      pages += 1;
      for (const prediction of predictions.splice(0)) await database.predictions.erase(prediction);
    });
    expect(pages).toBeGreaterThan(2);
    expect(read.examples).toHaveLength(36);
  });

  test('takes the label’s text with it once no other row has it', async () => {
    const { client, database } = place;
    const rare = [
      { query: 'a', label: 'Rare' },
      { query: 'b', label: 'Rare' },
      { query: 'c', label: 'Corrected since' },
      { query: 'd', label: 'Pharmacy' },
    ];
    const { id, predictions } = await predictor('texts', rare);
    const [a = '', b = '', c = '', d = ''] = predictions;
    await database.predictions.label(c, { label: 'In force' });
    const known = async () =>
      (
        await client.query('select label from hundredfold.known_labels where predictor_id = $1 order by 1', [
          id,
        ])
      ).rows
        .map(({ label }) => label)
        .filter((label) => !/ care$/.test(label));
    expect(await known()).toEqual(['Corrected since', 'In force', 'Pharmacy', 'Rare']);
    await database.predictions.erase(a);
    expect(await known()).toContain('Rare');
    await database.predictions.erase(b);
    await database.predictions.erase(c);
    await database.predictions.erase(d);
    expect(await known()).toEqual(['Pharmacy']);
    const left = await one(
      `select count(*)::integer as n from hundredfold.labels where prediction_id = any ($1::uuid[])`,
      [a, b, c, d],
    );
    expect(left.n).toBe(0);
  });

  test('of the last two rows with a label at once leaves nothing of its text', async () => {
    const { client, connectionString, database } = place;
    const { id, predictions } = await predictor('last-two', [
      { query: 'a', label: 'Rare' },
      { query: 'b', label: 'Rare' },
    ]);
    await client.query('begin');
    await client.query('select hundredfold.erase_prediction($1)', [predictions[0]]);
    const second = database.predictions.erase(predictions[1] ?? '');
    await waitingForLocks(connectionString, 1);
    await client.query('commit');
    expect(await second).toEqual({ flaggedModels: [] });
    const sql = `select count(*)::integer as n from hundredfold.known_labels where predictor_id = $1 and label = 'Rare'`;
    expect((await one(sql, id)).n).toBe(0);
  });

  test('leaves no letter of it in any table', async () => {
    const { client, database } = place;
    const id = await place.apply('no-letter');
    await importRows(database, id, searches(30, 1));
    const secret = { query: 'xyzzyq', label: 'plughq' };
    const [prediction = ''] = await answerRows(database, id, [secret]);
    await database.predictions.label(prediction, { label: secret.label });
    await place.train(id, 'no-letter');
    await database.predictions.erase(prediction);
    const { rows } = await client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'hundredfold' and c.relkind = 'r'`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { name } of rows) {
      const found = await client.query(
        `select t::text as row from hundredfold.${name} t where t::text ~ 'xyzzyq|plughq'`,
      );
      expect([name, found.rows]).toEqual([name, []]);
    }
  });
});

describe('what a model learned from', () => {
  test('is read by the revision of the definition that the training was claimed with', async () => {
    const { database, store } = place;
    const { id } = await predictor('claimed');
    await database.retrainings.request(id);
    let applied: Promise<unknown> | null = null;
    const report = await retrain('claimed', {
      database: {
        ...database,
        // The definition changes between the claim and the reading.
        transaction: async (work, options) => {
          applied ??= place.apply('claimed', { learnFrom: ['imported'] });
          await applied;
          return database.transaction(work, options);
        },
      },
      store,
      codeVersion: CODE_VERSION,
    });
    expect(report).toMatchObject({ model: 1 });
    expect(await learned(id, 1)).toMatchObject({ rows: 36 });
    expect((await database.models.find(id, 1))?.revision).toBe(1);
    expect(await place.again(id, 1)).toMatchObject({ equal: true });
  });

  test('holds the ids of the labels that the rows had, and of no other', async () => {
    const { database } = place;
    const { id, predictions } = await predictor('label-ids');
    await database.predictions.label(predictions[0] ?? '', { label: 'Changed before' });
    await place.train(id, 'label-ids');
    await database.predictions.label(predictions[1] ?? '', { label: 'Changed after' });
    const { rows } = await place.client.query(
      `select l.label, m.learned_labels @> l.id as learned
       from hundredfold.labels l join hundredfold.predictions p on p.id = l.prediction_id
       join hundredfold.models m on m.predictor_id = p.predictor_id where p.predictor_id = $1 order by l.id`,
      [id],
    );
    expect(rows.filter(({ learned: known }) => known)).toHaveLength(6);
    expect(rows.filter(({ label }) => /^Changed/.test(label))).toEqual([
      { label: 'Changed before', learned: true },
      { label: 'Changed after', learned: false },
    ]);
  });

  test('of rows far apart, in pages, is every row once', async () => {
    const { client, database } = place;
    const { id } = await predictor('far-apart', []);
    await place.train(id, 'far-apart');
    const { rows } = await client.query<{ row_id: string }>(
      'select row_id from hundredfold.examples where predictor_id = $1 order by row_id desc',
      [id],
    );
    // Of the thirty, the model is to have learned from these, in runs of one, two and five.
    const kept = rows
      .filter((_, n) => [0, 2, 3, 7, 8, 9, 10, 11, 20, 29].includes(n))
      .map(({ row_id }) => row_id);
    await client.query(
      `update hundredfold.models set learned =
         (select range_agg(int8range(r, r + 1)) from unnest($2::bigint[]) r) where predictor_id = $1`,
      [id, kept],
    );
    for (const limit of [1, 2, 3, 4, 10, 11]) {
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof database.examples.learned>> = await database.examples.learned(
          id,
          1,
          {
            limit,
            cursor,
          },
        );
        found.push(...page.rows.map(({ rowId }) => rowId));
        cursor = page.next;
      } while (cursor !== null);
      expect(found).toEqual(kept);
    }
  });
});
