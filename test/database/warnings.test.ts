import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Claim, type Database, LeaseLostError } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { definition } from './fixture.ts';

/** Of no import, and with nothing erased yet. */
const NOW = { imports: [], erasures: '0' };

const warning = (code: string, columns: readonly string[] = ['query'], rows = 1) => ({
  code,
  detail: `${code} of ${rows}`,
  columns,
  rows,
});

describe.each(DRIVERS)('what is warned of, over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
  });
  afterAll(() => place.close());

  const applied = async (name: string, changes: Record<string, unknown> = {}) =>
    (await database.predictors.apply(definition(name, changes), 's')).id;

  /** Imports rows of these labels, with what was seen of them. */
  async function imported(predictorId: number, labels: readonly string[], warnings: object[], revision = 1) {
    return database.transaction(async (transaction) => {
      const staging = randomUUID();
      const rows = labels.map((label, line) => ({ line, inputs: { query: `q${line}` }, label, value: null }));
      await transaction.imports.stage(staging, rows);
      const { import: id } = await transaction.imports.finish(staging, predictorId, true);
      await transaction.warnings.noteImport(Number(id), { predictorId, revision }, warnings);
      return Number(id);
    });
  }

  async function claimed(name: string, predictorId: number): Promise<Claim> {
    await database.retrainings.request(predictorId);
    const claim = await database.training.claim(name, 60);
    if (claim === null) throw new Error('nothing to claim');
    return claim;
  }

  const told = async (name: string) => (await database.predictors.describe(name))?.warnings;

  test('is nothing of a new predictor', async () => {
    await applied('new');
    expect(await database.predictors.describe('new')).toMatchObject({
      labels: [],
      otherLabels: { labels: 0, examples: 0 },
      warnings: [],
    });
  });

  test('by imports stands there until a training has read their rows', async () => {
    const id = await applied('read');
    const first = await imported(id, ['a', 'b'], [warning('missing_words'), warning('wild_values')]);
    const second = await imported(id, ['a'], [warning('missing_words', ['query'], 2)]);
    expect(await told('read')).toEqual([
      { ...warning('missing_words', ['query'], 2), import: second },
      { ...warning('wild_values'), import: first },
    ]);

    const claim = await claimed('read', id);
    const read = await database.warnings.reading(id);
    const third = await imported(id, ['a'], [warning('missing_words', ['query'], 3)]);
    await database.warnings.noteTraining(claim, 1, [warning('missing_words', ['query'], 9)], read);
    expect(await told('read')).toEqual([
      warning('missing_words', ['query'], 9),
      { ...warning('missing_words', ['query'], 3), import: third },
    ]);

    await database.warnings.noteTraining(claim, 1, [], await database.warnings.reading(id));
    expect(await told('read')).toEqual([]);
  });

  test('by an import goes when it is undone, from the first step on', async () => {
    const id = await applied('undone');
    const kept = await imported(id, ['a', 'b'], [warning('wild_values')]);
    const undone = await imported(id, ['a', 'b'], [warning('missing_words')]);
    expect(await database.removals.undoImport(id, String(undone), 1)).toMatchObject({ done: false });
    expect(await told('undone')).toEqual([{ ...warning('wild_values'), import: kept }]);
    await database.removals.undoImport(id, String(undone), 10);
    expect(await told('undone')).toHaveLength(1);
  });

  test('tells no value of a row that is erased, be it while a training reads', async () => {
    const id = await applied('erased');
    const all = [
      'rare_labels',
      'wild_values',
      'conflicting_duplicates',
      'duplicate_rows',
      'id_like_column',
    ].map((code) => warning(code));
    const codes = async () => JSON.stringify(await told('erased')).match(/"code":"\w+"/g);
    await imported(id, ['a', 'b', 'secret'], all);
    const claim = await claimed('erased', id);
    await database.warnings.noteTraining(claim, 1, all, NOW);
    expect(await codes()).toHaveLength(10);
    const reading = await database.warnings.reading(id);
    const { rows } = await database.examples.list(id, { limit: 1, cursor: null });
    await database.removals.eraseExample(id, rows[0]?.rowId ?? '');
    expect(await codes()).toEqual(['"code":"id_like_column"', '"code":"id_like_column"']);
    await database.warnings.noteTraining(claim, 1, all, reading);
    expect(await codes()).toEqual(['"code":"id_like_column"']);
    await database.warnings.noteTraining(claim, 1, all, await database.warnings.reading(id));
    expect(await codes()).toHaveLength(5);
  });

  test('of a column goes when the definition describes it otherwise, and of another one stays', async () => {
    const inputs = { query: { type: 'text' }, plan: { type: 'category' } };
    const id = await applied('changed', { inputs });
    const all = [
      warning('missing_words'),
      warning('missing_words', ['plan']),
      warning('rare_labels', ['completion']),
    ];
    const claim = await claimed('changed', id);
    await database.warnings.noteTraining(claim, 1, [...all, warning('duplicate_rows', [])], NOW);
    await applied('changed', {
      inputs: { ...inputs, plan: { type: 'category', missing: ['NULL'] } },
      suggestions: 5,
    });
    expect(await told('changed')).toEqual([all[0], all[2], warning('duplicate_rows', [])]);
    const target = { name: 'completion', type: 'label', missing: ['none'] };
    await applied('changed', { inputs, target });
    expect(await told('changed')).toEqual([all[0], all[1], warning('duplicate_rows', [])]);
  });

  test('is not written by a training that another one took over', async () => {
    const id = await applied('lost');
    const claim = await claimed('lost', id);
    await database.training.abandon(claim);
    await expect(database.warnings.noteTraining(claim, 1, [warning('wild_values')], NOW)).rejects.toThrow(
      LeaseLostError,
    );
    expect(await told('lost')).toEqual([]);
  });

  test('beside it stand the most frequent labels, and how many others there are', async () => {
    const id = await applied('labels');
    const rare = Array.from({ length: 110 }, (_, i) => `rare ${String(i).padStart(3, '0')}`);
    await imported(id, ['b', 'b', 'a', 'b', 'a', ...rare], []);
    const described = await database.predictors.describe('labels');
    expect(described).toMatchObject({
      labels: expect.arrayContaining([{ label: 'rare 097', examples: 1 }]),
      otherLabels: { labels: 12, examples: 12 },
    });
    expect(described?.labels).toHaveLength(100);
    expect(Array.isArray(described?.labels) && described.labels.slice(0, 3)).toEqual([
      { label: 'b', examples: 3 },
      { label: 'a', examples: 2 },
      { label: 'rare 000', examples: 1 },
    ]);
    expect(await database.warnings.knownAmong(id, ['a', 'c', 'rare 001'])).toEqual(
      expect.arrayContaining(['a', 'rare 001']),
    );
    expect(await database.warnings.knownAmong(id, ['c'])).toEqual([]);
  });

  test('labels are counted without asking anything anew for each row', async () => {
    const id = await applied('many');
    await imported(
      id,
      Array.from({ length: 50 }, (_, n) => `label ${n % 5}`),
      [],
    );
    const client = new pg.Client({ connectionString: place.connectionString });
    await client.connect();
    try {
      await client.query("begin; set local track_functions = 'all'");
      const { rows } = await client.query('select * from hundredfold.label_counts($1, 100)', [id]);
      expect(rows).toHaveLength(5);
      const asked = await client.query(
        'select sum(calls)::integer as calls from pg_stat_xact_user_functions',
      );
      // Itself, and which revisions have the target.
      expect(asked.rows[0]?.calls).toBeLessThanOrEqual(2);
    } finally {
      await client.end();
    }
  });

  test('long labels are read in pages, as long warnings are in rows', async () => {
    const id = await applied('long');
    const labels = Array.from({ length: 900 }, (_, i) => `${'é'.repeat(250)}${i}`);
    const many = Array.from({ length: 50 }, (_, i) => warning(`code_${i}`, [`${'x'.repeat(200)}${i}`]));
    await imported(id, labels, []);
    expect(new Set(await database.warnings.knownLabels(id))).toEqual(new Set(labels));
    const claim = await claimed('long', id);
    const details = many.map((one) => ({ ...one, columns: [], detail: 'y'.repeat(1500), rows: 1 }));
    await database.warnings.noteTraining(claim, 1, details, NOW);
    expect(await told('long')).toEqual(details);
  });
});
