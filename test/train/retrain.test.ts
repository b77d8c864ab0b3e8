import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../database/index.ts';
import { readModel } from '../../services/ml/index.ts';
import { signature } from '../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../services/ml/predictor/parse-definition.ts';
import { DirectoryStore, getArtifact, modelKey, readPointer } from '../../services/model-store/index.ts';
import { retrain } from '../../services/train/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let place: TestDatabase;
let database: Database;
let root: string;
let store: DirectoryStore;

beforeAll(async () => {
  place = await createTestDatabase();
  database = openDatabase({ connectionString: place.connectionString });
  root = await mkdtemp(path.join(os.tmpdir(), 'hundredfold-train-'));
  store = new DirectoryStore(root);
});
afterAll(async () => {
  await database.close();
  await place.drop();
  await rm(root, { recursive: true, force: true });
});

const WORDS: Record<string, string[]> = {
  'Dental care': ['tooth', 'dentist', 'teeth', 'gum', 'molar'],
  'Eye care': ['eye', 'glasses', 'vision', 'lens', 'sight'],
  Pharmacy: ['pills', 'medicine', 'drug', 'tablet', 'prescription'],
};

/** `count` rows such as "my tooth 3" → Dental care; `seed` makes others. */
function rows(count: number, seed: number) {
  const labels = Object.keys(WORDS);
  return Array.from({ length: count }, (_, n) => {
    const label = labels[n % labels.length] ?? '';
    const word = WORDS[label]?.[Math.floor(n / labels.length) % 5] ?? '';
    return { query: `my ${word} ${seed} ${n}`, label };
  });
}

async function apply(name: string, changes: object = {}): Promise<number> {
  const definition = parseDefinition({
    name,
    inputs: { query: { type: 'text' } },
    target: { name: 'service', type: 'label' },
    ...changes,
  });
  return (await database.predictors.apply(definition, signature(definition))).id;
}

async function importRows(predictorId: number, given: { query: string; label: string }[]): Promise<void> {
  await database.transaction(async (transaction) => {
    const importId = randomUUID();
    const staged = given.map(({ query, label }, n) => ({
      line: n + 2,
      inputs: { query },
      label,
      value: null,
    }));
    await transaction.imports.stage(importId, staged);
    await transaction.imports.finish(importId, predictorId, true);
  });
}

async function championOf(name: string): Promise<{ key: string; sha256: string }> {
  const pointer = await readPointer(store, name);
  if (pointer === null || pointer === 'unchanged' || pointer.pointer.champion === null) {
    throw new Error('no champion');
  }
  return pointer.pointer.champion;
}

const train = (name: string) => retrain(name, { database, store, codeVersion: '0.0.0', leaseSeconds: 30 });

describe('a first training', () => {
  test('publishes a model that answers, its pointer and its registry row naming the same bytes', async () => {
    const id = await apply('first');
    await importRows(id, rows(90, 1));
    const report = await train('first');
    expect(report).toMatchObject({ verdict: 'promoted', model: 1 });
    const champion = await championOf('first');
    const registered = await database.models.find(id, 1);
    if (registered === null) throw new Error('not published');
    expect(champion).toMatchObject({ model: 1, sha256: registered.sha256, key: registered.key });
    expect(champion.key).toBe(modelKey('first', 1, registered.sha256));
    const model = readModel(await getArtifact(store, champion));
    expect(model.answer({ query: 'dentist' })).toMatchObject({
      suggestions: [{ label: 'Dental care' }, {}, {}],
    });
    expect(registered).toMatchObject({
      learner: model.head.recipe.learner,
      examples: 90,
      status: 'champion',
    });
  });

  test('is not run twice for one request', async () => {
    expect(await train('first')).toBeNull();
  });

  test('with nothing to be learned publishes the majority answer, so that answers and counting begin', async () => {
    const id = await apply('noise');
    // Every text under both labels: no model of the text can beat the answer that looks at none.
    const noise = Array.from({ length: 60 }, (_, n) => ({ query: `q ${n % 30}`, label: n < 30 ? 'a' : 'b' }));
    await importRows(id, noise);
    expect(await train('noise')).toMatchObject({
      verdict: 'promoted',
      reason: expect.stringContaining('does not beat'),
    });
    expect((await database.models.find(id, 1))?.learner).toBe('prior');
  });
});

describe('a retraining', () => {
  test('notes what a person should look at in all rows, until they are mended', async () => {
    const id = await apply('looked-at');
    const twice = rows(45, 1);
    await importRows(id, twice);
    await train('looked-at');
    const warnings = async () => (await database.predictors.describe('looked-at'))?.warnings;
    expect(await warnings()).toEqual([]);
    await importRows(id, [...twice, { query: 'my tooth', label: 'dental care' }]);
    await database.retrainings.request(id);
    await train('looked-at');
    expect(await warnings()).toMatchObject([
      { code: 'near_equal_labels', columns: ['service'], rows: 1 },
      { code: 'rare_labels', columns: ['service'], rows: 1 },
      { code: 'duplicate_rows', columns: [], rows: 45 },
    ]);
    const { rows: imports } = await database.imports.list(id, { limit: 1, cursor: null });
    await database.removals.undoImport(id, String(imports[0]?.id), 1000);
    await database.retrainings.request(id);
    await train('looked-at');
    expect(await warnings()).toEqual([]);
  });

  test('that fails for want of examples has looked at those there are', async () => {
    const id = await apply('too-few');
    await importRows(id, [...rows(3, 1), ...rows(3, 1)].slice(0, 4));
    await database.retrainings.request(id);
    expect(await train('too-few')).toMatchObject({ verdict: 'failed' });
    expect((await database.predictors.describe('too-few'))?.warnings).toMatchObject([
      { code: 'rare_labels', rows: 4 },
    ]);
  });

  test('with nothing new to learn ends unchanged, without a fit', async () => {
    const id = await apply('unchanged');
    await importRows(id, rows(60, 1));
    await train('unchanged');
    await database.retrainings.request(id);
    expect(await train('unchanged')).toMatchObject({ verdict: 'unchanged', model: null });
  });

  test('with fewer than 30 unseen rows is undecided: its model is kept aside, and the champion stays', async () => {
    const id = await apply('few');
    await importRows(id, rows(60, 1));
    await train('few');
    await importRows(id, rows(9, 2));
    await database.retrainings.request(id);
    expect(await train('few')).toMatchObject({ verdict: 'undecided', model: 2 });
    expect((await database.models.find(id, 2))?.status).toBe('rejected');
    expect((await database.predictors.state('few'))?.champion?.model).toBe(1);
    await database.retrainings.request(id);
    expect(await train('few')).toMatchObject({
      verdict: 'unchanged',
      reason: expect.stringContaining('retraining'),
    });
  });

  test('after an import was undone that the champion learned from: a model of what is left serves', async () => {
    const id = await apply('taken-back');
    await importRows(id, rows(60, 1));
    await train('taken-back');
    const wrong = Array.from({ length: 60 }, (_, n) => ({ query: `x-ray of the arm ${n}`, label: 'Wrong' }));
    await importRows(id, wrong);
    await database.retrainings.request(id);
    expect(await train('taken-back')).toMatchObject({ verdict: 'promoted', model: 2 });
    const { rows: imports } = await database.imports.list(id, { limit: 1, cursor: null });
    // A first step alone: rows of an import that is being undone are left out, gone or not.
    await database.removals.undoImport(id, String(imports[0]?.id), 10);
    await database.retrainings.request(id);
    expect(await train('taken-back')).toMatchObject({
      verdict: 'promoted',
      model: 3,
      reason: expect.stringMatching(/^60 of the 120 rows that the champion learned from .* makes way\./),
    });
    expect(await readPointer(store, 'taken-back')).toMatchObject({ pointer: { champion: { model: 3 } } });
    const { head, ...model } = readModel(await getArtifact(store, await championOf('taken-back')));
    expect([head.examples, 'labels' in model && model.labels]).toEqual([
      60,
      ['Dental care', 'Eye care', 'Pharmacy'],
    ]);
    await database.retrainings.request(id);
    expect(await train('taken-back')).toMatchObject({ verdict: 'unchanged' });
  });

  test('that learned a new label beats the champion that cannot say it, and serves', async () => {
    const id = await apply('better');
    await importRows(id, rows(60, 1));
    await train('better');
    const newer = Array.from({ length: 60 }, (_, n) => ({
      query: `x-ray of the ${['arm', 'leg', 'hip'][n % 3]} ${n}`,
      label: 'Imaging',
    }));
    await importRows(id, newer);
    await database.retrainings.request(id);
    expect(await train('better')).toMatchObject({ verdict: 'promoted', model: 2 });
    expect(await readPointer(store, 'better')).toMatchObject({ pointer: { champion: { model: 2 } } });
    expect((await database.models.find(id, 1))?.status).toBe('retired');
  });

  test('of a predictor whose models a person approves waits for that person', async () => {
    const id = await apply('manual', { promotion: 'manual' });
    await importRows(id, rows(60, 1));
    expect(await train('manual')).toMatchObject({
      verdict: 'undecided',
      reason: expect.stringContaining('approval'),
    });
    expect((await database.models.find(id, 1))?.status).toBe('awaiting-approval');
    expect((await database.predictors.state('manual'))?.champion).toBeNull();
    await database.models.promote(id, 1);
    expect((await database.predictors.state('manual'))?.champion?.model).toBe(1);
  });

  test('whose models a person approves: the newest one waits, and the one that waited before it is rejected', async () => {
    const id = await apply('newest', { promotion: 'manual' });
    await importRows(id, rows(60, 1));
    await train('newest');
    await importRows(id, rows(60, 2));
    await database.retrainings.request(id);
    await train('newest');
    const statuses = async () =>
      (await database.models.list(id, { limit: 10, cursor: null })).rows.map(({ status }) => status);
    expect(await statuses()).toEqual(['awaiting-approval', 'rejected']);
    await database.models.promote(id, 1);
    expect(await statuses()).toEqual(['awaiting-approval', 'champion']);
    await database.models.promote(id, 2);
    expect(await statuses()).toEqual(['champion', 'retired']);
  });

  test('fails, saying why, when the champion’s artifact is damaged; a good one is never replaced', async () => {
    const id = await apply('damaged');
    await importRows(id, rows(60, 1));
    await train('damaged');
    const champion = (await database.predictors.state('damaged'))?.champion;
    if (champion == null) throw new Error('no champion');
    await store.put(champion.key, Buffer.from('nonsense'));
    await importRows(id, rows(60, 2));
    await database.retrainings.request(id);
    expect(await train('damaged')).toMatchObject({
      verdict: 'failed',
      reason: expect.stringContaining('damaged'),
    });
    expect((await database.predictors.state('damaged'))?.champion?.model).toBe(1);
  });

  test('leaves out rows that no longer fit the definition, and says in its reason how many and why', async () => {
    const id = await apply('redefined', {
      inputs: { query: { type: 'text' }, floor: { type: 'number', optional: true } },
    });
    await importRows(id, rows(60, 1));
    await apply('redefined', { inputs: { query: { type: 'text', maxLength: 9 } } });
    const report = await train('redefined');
    expect(report?.reason).toMatch(
      /\(60 others do not fit the definition in force: query is \d+ characters long, 9 are allowed.* \(60 rows\)\)/,
    );
  });

  test('reads rows that were stored under other spellings, or before a value was declared, as it would today', async () => {
    const id = await apply('spelled');
    const [dental, eye, pharmacy] = ['Dental care', 'Eye care', 'Pharmacy'];
    await importRows(
      id,
      rows(90, 1).map((row, n) => ({
        ...row,
        label: [row.label, ` ${row.label}`, `${row.label.replace(' ', '\u00a0')}\u200b`][n % 3] ?? '',
      })),
    );
    await importRows(id, [
      { query: 'nothing', label: ' \u00a0' },
      { query: 'unknown', label: 'N/A' },
    ]);
    const target = { name: 'service', type: 'label', missing: ['N/A'] };
    await apply('spelled', { target });
    const report = await train('spelled');
    expect(report).toMatchObject({ verdict: 'promoted' });
    expect(report?.reason).toMatch(
      /2 rows that do not fit the definition in force were left out: service is .+ \(2 rows\)\.$/,
    );
    const champion = (await database.predictors.state('spelled'))?.champion;
    if (champion == null) throw new Error('no champion');
    expect(readModel(await getArtifact(store, champion))).toMatchObject({ labels: [dental, eye, pharmacy] });
  });

  test('learns the dates that are stored, whatever form their texts are declared to have', async () => {
    const inputs = { on: { type: 'date', format: 'yyyy-dd-MM' } };
    const id = await apply('dated', { inputs });
    await database.transaction(async (transaction) => {
      const importId = randomUUID();
      // Summer from July on, told by the month alone: each day of a month is in both halves of the year.
      const staged = Array.from({ length: 120 }, (_, n) => ({
        line: n + 2,
        inputs: {
          on: `2026-${String((n % 12) + 1).padStart(2, '0')}-${String((n % 27) + 1).padStart(2, '0')}`,
        },
        label: n % 12 < 6 ? 'first' : 'second',
        value: null,
      }));
      await transaction.imports.stage(importId, staged);
      await transaction.imports.finish(importId, id, true);
    });
    const report = await train('dated');
    expect(report?.reason).not.toContain('do not fit');
    expect(await database.models.find(id, 1)).toMatchObject({ examples: 120 });
    const champion = (await database.predictors.state('dated'))?.champion;
    if (champion == null) throw new Error('no champion');
    const model = readModel(await getArtifact(store, champion));
    if (model.target !== 'label') throw new Error('labels were learned');
    expect(model.probabilities({ on: '2026-02-11' })[0]).toBeGreaterThan(0.9);
    expect(model.probabilities({ on: '2026-11-02' })[0]).toBeLessThan(0.1);
  });

  test('leaves out numbers that were stored before they were refused, and says in which column', async () => {
    const inputs = { size: { type: 'number' }, on: { type: 'date', optional: true } };
    const id = await apply('huge', { inputs });
    await database.transaction(async (transaction) => {
      const importId = randomUUID();
      const staged = Array.from({ length: 61 }, (_, n) => ({
        line: n + 2,
        inputs: { size: n === 60 ? 1e200 : n % 2, on: '2026-02-28t12:30:00z' },
        label: n % 2 === 0 ? 'even' : 'odd',
        value: null,
      }));
      await transaction.imports.stage(importId, staged);
      await transaction.imports.finish(importId, id, true);
    });
    const report = await train('huge');
    expect(report?.reason).toContain(
      '1 row that does not fit the definition in force was left out: size must be between -1e149 and 1e149; the number 1e+200 was sent (1 row).',
    );
    expect(await database.models.find(id, 1)).toMatchObject({ examples: 60 });
  });

  test('that is told to stop gives its claim back, and the next one takes it', async () => {
    const id = await apply('stopped');
    await importRows(id, rows(60, 1));
    const stop = new AbortController();
    const options = {
      database,
      store,
      codeVersion: '0.0.0',
      signal: stop.signal,
      report: () => stop.abort(),
    };
    await expect(retrain('stopped', options)).rejects.toThrow();
    expect(await train('stopped')).toMatchObject({ verdict: 'promoted' });
  });

  test('of equal examples gives byte-identical models in two databases, whatever the order of the rows', async () => {
    const [one, two] = [await apply('same'), await apply('same-2')];
    const given = rows(60, 1);
    await importRows(one, given);
    await importRows(two, [...given].reverse());
    await train('same');
    await train('same-2');
    const bytes = async (name: string) => {
      const champion = (await database.predictors.state(name))?.champion;
      if (champion == null) throw new Error('no champion');
      return Buffer.from(await getArtifact(store, champion))
        .toString('latin1')
        .replaceAll('same-2', 'same');
    };
    // The one difference is the predictor's name in the head, and with it the header's length.
    expect((await bytes('same-2')).slice(8).replaceAll(/ +/g, '')).toBe(
      (await bytes('same')).slice(8).replaceAll(/ +/g, ''),
    );
  });
});
