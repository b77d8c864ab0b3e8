import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  type Claim,
  type Database,
  LeaseLostError,
  type NewModel,
  PredictorBeingDeletedError,
  UnknownPredictorError,
  type Verdict,
} from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';
import { answered, counterOf, definition, importLabels } from './fixture.ts';
import { waitingForLocks } from './waiting.ts';

const PAGE = { limit: 200, cursor: null };
const LABELS = Array.from({ length: 12 }, (_, n) => (n % 2 ? 'a' : 'b'));

describe.each(DRIVERS)('what is taken back, over %s', (driver) => {
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

  const apply = async (name: string, changes = {}) =>
    (await database.predictors.apply(definition(name, changes), 's')).id;
  const imports = async (id: number) => (await database.imports.list(id, PAGE)).rows;
  const rowIds = async (id: number, filter = {}) =>
    (await database.examples.list(id, PAGE, filter)).rows.map(({ rowId }) => rowId);
  const learnable = async (predictorId: number) => {
    const pages = database.examples.learnable({ predictorId, revision: 1, champion: null });
    const rows: string[] = [];
    for await (const page of pages) rows.push(...page.map(({ rowId }) => rowId));
    return rows;
  };
  const knownLabels = async (id: number) =>
    (
      await client.query<{ label: string }>(
        'select label from hundredfold.known_labels where predictor_id = $1 order by label',
        [id],
      )
    ).rows.map(({ label }) => label);

  async function importWithKey(predictorId: number, labels: readonly string[], key: string) {
    const whole = { scope: 'anonymous POST /predictors/p/examples', key, fingerprint: 'f' };
    return database.transaction(async (transaction) => {
      await transaction.idempotency.claim(whole);
      const staging = randomUUID();
      const rows = labels.map((label, n) => ({
        line: n + 2,
        inputs: { query: `k${n}` },
        label,
        value: null,
      }));
      await transaction.imports.stage(staging, rows);
      const note = { file: 'rows.csv', by: 'key1', rejected: 3, key: whole };
      const { import: id } = await transaction.imports.finish(staging, predictorId, true, null, note);
      await transaction.idempotency.keep(whole, 200, { imported: labels.length });
      return id;
    });
  }

  async function claimed(name: string): Promise<Claim> {
    const claim = await database.training.claim(name, 60);
    if (claim === null) throw new Error('nothing to claim');
    return claim;
  }

  /** A verdict with a model that learned from these rows. */
  async function promoted(claim: Claim, learned: readonly string[]): Promise<Verdict> {
    const version = await database.training.reserveVersion(claim);
    const model: NewModel = {
      version,
      status: 'champion',
      revision: claim.revision,
      signature: 's',
      learner: 'prior',
      settings: {},
      examples: learned.length,
      metrics: {},
      sha256: 'a'.repeat(64),
      key: `models/p/${version}/a`,
      size: 10,
      code_version: 'test',
    };
    const ranges = learned.map((row) => `[${row},${BigInt(row) + 1n})`).join(',');
    return {
      verdict: 'promoted',
      reason: 'better',
      fingerprint: 'f',
      judgement: null,
      champion: claim.champion?.model ?? null,
      model,
      learned: `{${ranges}}`,
      learnedLabels: '{}',
    };
  }

  async function train(name: string, id: number): Promise<number> {
    const claim = await claimed(name);
    const verdict = await promoted(claim, await learnable(id));
    await database.training.finish(claim, verdict);
    return verdict.model?.version ?? 0;
  }

  const undo = (id: number, importId: string, rows = 1000) =>
    database.removals.undoImport(id, importId, rows);

  describe('an import', () => {
    test('is listed with its file, its sender and its rows, newest first, also where it brought none', async () => {
      const id = await apply('listed');
      const first = await importWithKey(id, LABELS, 'l1');
      await importLabels(database, id, []);
      expect(await imports(id)).toMatchObject([
        { file: null, by: null, rows: 0, rejected: 0, erased: 0, undoing: false },
        { id: Number(first), file: 'rows.csv', by: 'key1', rows: 12, rejected: 3 },
      ]);
      const page = await database.imports.list(id, { limit: 1, cursor: null });
      expect(await database.imports.list(id, { limit: 1, cursor: page.next })).toMatchObject({
        rows: [{ id: Number(first) }],
        next: null,
      });
    });

    test('that is undone takes its rows and labels with it, frees its key and leaves those of others', async () => {
      const id = await apply('undone');
      await importLabels(database, id, LABELS);
      const kept = await rowIds(id);
      const bad = await importWithKey(id, ['a', 'typo', 'tpyo'], 'u1');
      const key = { scope: 'anonymous POST /predictors/p/examples', key: 'u1' };
      expect(await database.idempotency.find(key)).not.toBeNull();
      expect(await rowIds(id, { importId: bad })).toHaveLength(3);

      expect(await undo(id, bad)).toEqual({ rows: 3, flaggedModels: [], done: true });
      expect(await rowIds(id)).toEqual(kept);
      expect(await knownLabels(id)).toEqual(['a', 'b']);
      expect(await imports(id)).toHaveLength(1);
      expect(await database.idempotency.find(key)).toBeNull();
      expect(await undo(id, bad)).toBeNull();
      await importWithKey(id, ['a', 'typo', 'typo'], 'u1');
      expect(await rowIds(id)).toHaveLength(15);
    });

    test('of many rows goes step by step, and nothing learns from it from the first step on', async () => {
      const id = await apply('steps');
      await importLabels(database, id, LABELS);
      const kept = await learnable(id);
      const bad = await importWithKey(id, Array(25).fill('typo'), 's1');
      expect(await undo(id, bad, 10)).toEqual({ rows: 10, flaggedModels: [], done: false });
      expect(await learnable(id)).toEqual(kept);
      expect(await rowIds(id)).toHaveLength(27);
      expect(await imports(id)).toMatchObject([{ rows: 25, erased: 10, undoing: true }, { undoing: false }]);
      expect(await database.work.left()).toMatchObject({ pending: true, notBefore: null });
      // Whoever looks after such things goes on, where nobody asks again.
      expect(await database.removals.step(10)).toBe(true);
      expect(await undo(id, bad, 10)).toEqual({ rows: 25, flaggedModels: [], done: true });
      expect(await database.removals.step(10)).toBe(false);
      expect(await rowIds(id)).toEqual(kept.toReversed());
    });

    test('flags the models that learned from it, those too that are registered after its rows are gone', async () => {
      const id = await apply('flagged');
      const first = await importWithKey(id, LABELS, 'f1');
      expect(await train('flagged', id)).toBe(1);
      const second = await importWithKey(id, ['a', 'b', 'typo'], 'f2');
      await database.retrainings.request(id);
      const claim = await claimed('flagged');
      const verdict = await promoted(claim, await learnable(id));
      expect(await undo(id, second, 2)).toEqual({ rows: 2, flaggedModels: [], done: false });
      expect(await undo(id, second, 2)).toMatchObject({ rows: 3, done: true });
      await database.training.finish(claim, verdict);
      expect((await database.models.find(id, 2))?.erased).toBe(3);
      expect((await database.models.find(id, 1))?.erased).toBe(0);
      expect(await undo(id, first, 5)).toEqual({ rows: 5, flaggedModels: [1, 2], done: false });
      expect(await undo(id, first)).toEqual({ rows: 12, flaggedModels: [1, 2], done: true });
      expect((await database.models.find(id, 1))?.erased).toBe(12);
      expect((await database.models.find(id, 2))?.erased).toBe(15);
    });

    test('that is undone twice at once is undone once, and both callers hear of it', async () => {
      const id = await apply('twice');
      const bad = await importWithKey(id, Array(40).fill('typo'), 't1');
      const all = async () => {
        let rows = 0;
        for (;;) {
          const step = await undo(id, bad, 7);
          if (step === null) return rows;
          rows = step.rows;
          if (step.done) return rows;
        }
      };
      const seen = await Promise.all([all(), all()]);
      expect(Math.max(...seen)).toBe(40);
      expect(await rowIds(id)).toEqual([]);
      expect(await imports(id)).toEqual([]);
    });

    test('of a label that counts was counted, and stays counted', async () => {
      const name = 'labels-count';
      const id = await apply(name, { retraining: { every: 10, of: 'labels' } });
      const bad = await importWithKey(id, LABELS.concat(LABELS), 'c1');
      const before = await counterOf(database, name);
      expect(before).toMatchObject({ counted: 24, requests: 2, newRows: 4 });
      await undo(id, bad);
      expect(await counterOf(database, name)).toMatchObject({ counted: 24, requests: 2, newRows: 4 });
      await importWithKey(id, LABELS, 'c1');
      const { counted, requests, newRows } = await counterOf(database, name);
      expect(counted).toBe(requests * 10 + newRows);
      expect(counted).toBe(36);
    });

    test('and another that begin in the same microsecond are two', async () => {
      const id = await apply('instant');
      await database.transaction(async (transaction) => {
        for (const label of ['a', 'typo']) {
          const staging = randomUUID();
          await transaction.imports.stage(staging, [
            { line: 1, inputs: { query: label }, label, value: null },
          ]);
          await transaction.imports.finish(staging, id, false);
        }
      });
      const [typo] = await imports(id);
      expect(await undo(id, String(typo?.id))).toMatchObject({ rows: 1, done: true });
      expect((await database.examples.list(id, PAGE)).rows).toMatchObject([{ label: 'a' }]);
    });

    test('is none of another predictor', async () => {
      const [id, other] = [await apply('mine'), await apply('theirs')];
      const bad = await importWithKey(id, LABELS, 'o1');
      expect(await undo(other, bad)).toBeNull();
      expect(await rowIds(id)).toHaveLength(12);
    });
  });

  describe('an imported row', () => {
    test('is erased alone, is counted as gone, and flags what learned from it', async () => {
      const id = await apply('row');
      const bad = await importWithKey(id, [...LABELS, 'typo'], 'r1');
      await train('row', id);
      const [row = ''] = await rowIds(id, { label: 'typo' });
      expect(await database.removals.eraseExample(id, row)).toEqual({ flaggedModels: [1], prediction: null });
      expect(await database.removals.eraseExample(id, row)).toBeNull();
      expect(await knownLabels(id)).toEqual(['a', 'b']);
      expect(await imports(id)).toMatchObject([{ rows: 13, erased: 1 }]);
      expect(await undo(id, bad)).toMatchObject({ rows: 13, done: true });
      expect((await database.models.find(id, 1))?.erased).toBe(13);
    });

    test('that is a labelled prediction stays, and is named', async () => {
      const id = await apply('labelled');
      const row = answered(id);
      await database.predictions.record([row]);
      await database.predictions.label(row.id, { label: 'Laboratory' });
      const [example = ''] = await rowIds(id);
      expect(await database.removals.eraseExample(id, example)).toEqual({
        flaggedModels: [],
        prediction: row.id,
      });
      expect(await rowIds(id)).toEqual([example]);
    });

    test('is found by its import, its label, its value and its text, page by page', async () => {
      const id = await apply('found');
      await importLabels(database, id, LABELS);
      const other = await importWithKey(id, ['a', 'Typo', '1e3'], 'x1');
      expect(await rowIds(id, { importId: other })).toHaveLength(3);
      expect(await rowIds(id, { importId: other, label: 'a' })).toHaveLength(1);
      expect(await rowIds(id, { label: 'a' })).toHaveLength(7);
      expect(await rowIds(id, { label: '1e3' })).toHaveLength(1);
      expect(await rowIds(id, { label: '1e400' })).toHaveLength(0);
      expect(await rowIds(id, { importId: '999999' })).toEqual([]);
      expect(await rowIds(id, { text: 'Q11' })).toHaveLength(1);
      let cursor: string | null = null;
      const seen: string[] = [];
      do {
        const page = await database.examples.list(id, { limit: 4, cursor }, { text: 'q' });
        seen.push(...page.rows.map(({ rowId }) => rowId));
        cursor = page.next;
      } while (cursor !== null);
      expect(seen).toEqual(await rowIds(id));
    });

    test('that stands behind many others is found on a later page, and none is read twice', async () => {
      const id = await apply('far');
      await client.query(
        `insert into hundredfold.examples (predictor_id, revision, inputs, label, source)
         select $1, 1, jsonb_build_object('query', case when n = 2 then 'needle' else 'hay' end), 'a', 'imported'
         from generate_series(1, 45000) n order by n`,
        [id],
      );
      const pages: number[] = [];
      let cursor: string | null = null;
      do {
        const page = await database.examples.list(id, { limit: 50, cursor }, { text: 'needle' });
        pages.push(page.rows.length);
        cursor = page.next;
      } while (cursor !== null);
      expect(pages).toEqual([0, 0, 1, 0]);
    });
  });

  describe('a predictor', () => {
    async function withEverything(name: string) {
      const id = await apply(name);
      await importWithKey(id, LABELS, `${name} 1`);
      await train(name, id);
      const rows = Array.from({ length: 30 }, () => answered(id));
      await database.predictions.record(rows);
      for (const { id: row } of rows.slice(0, 5))
        await database.predictions.label(row, { label: 'Laboratory' });
      await database.predictions.erase(rows[29]?.id ?? '');
      return { id, rows };
    }
    const left = async (id: number) => {
      const tables = [
        'predictions',
        'examples',
        'imports',
        'models',
        'retrainings',
        'counters',
        'erased_rows',
      ];
      const counts = tables.map(
        (table) => `(select count(*) from hundredfold.${table} where predictor_id = $1)`,
      );
      const { rows } = await client.query(`select (${counts.join(' + ')})::integer as n`, [id]);
      return rows[0].n;
    };
    async function purged(id: number, rows = 10) {
      for (;;) {
        const deletion = await database.removals.purge(id, rows);
        if (deletion.done) return deletion;
      }
    }

    test('that is deleted is gone at once, and its rows step by step, counted', async () => {
      const { id, rows } = await withEverything('gone');
      const deletion = await database.removals.deletePredictor('gone');
      expect(deletion).toMatchObject({ id, name: 'gone', lastVersion: 1, done: false });
      expect(await database.predictors.state('gone')).toBeNull();
      expect(await database.predictors.describe('gone')).toBeNull();
      expect((await database.predictors.states()).map(({ name }) => name)).not.toContain('gone');
      expect(await database.predictions.describe(rows[0]?.id ?? '')).toBeNull();
      expect(await database.predictions.label(rows[0]?.id ?? '', { label: 'Laboratory' })).toBeNull();
      expect(await database.retrainings.unfinished()).not.toContain('gone');
      expect(await left(id)).toBeGreaterThan(40);
      // As after a crash: the same call finds what is not done.
      expect(await database.removals.deletePredictor('gone')).toEqual(deletion);
      expect(await purged(id)).toMatchObject({
        predictions: 29,
        examples: 17,
        imports: 1,
        models: 1,
        retrainings: 1,
        done: true,
      });
      expect(await left(id)).toBe(0);
      expect(await database.removals.deletePredictor('gone')).toBeNull();
      const { rows: predictors } = await client.query('select from hundredfold.predictors where id = $1', [
        id,
      ]);
      expect(predictors).toEqual([]);
    });

    test('goes on with its numbers where one of its name is made again, which has to wait for the rows', async () => {
      const { id } = await withEverything('again');
      await apply('again', { suggestions: 2 });
      const before = await database.predictors.state('again');
      await database.removals.deletePredictor('again');
      await expect(apply('again')).rejects.toThrow(PredictorBeingDeletedError);
      await purged(id);
      const { id: next, revision } = await database.predictors.apply(definition('again'), 's');
      expect(next).not.toBe(id);
      expect(revision).toBe(3);
      const state = await database.predictors.state('again');
      expect(state?.change).toBeGreaterThan(before?.change ?? 0);
      await importWithKey(next, LABELS, 'again 2');
      const claim = await claimed('again');
      expect(await database.training.reserveVersion(claim)).toBe(2);
    });

    test('keeps no key: a file is imported again, and a prediction recorded, by the next one of its name', async () => {
      const id = await apply('keys');
      const scope = 'anonymous POST /predictors/keys/predictions';
      const idempotency = { scope, key: 'k', fingerprint: 'f', response: '{}' };
      const row = { ...answered(id), idempotency };
      await database.predictions.record([row]);
      const call = { scope: 'key1 POST /predictors/keys/retrainings', key: 'k', fingerprint: 'f' };
      await database.transaction(async (transaction) => {
        await transaction.idempotency.claim(call);
        await transaction.idempotency.keep(call, 202, {});
      });
      await database.removals.deletePredictor('keys');
      await purged(id);
      expect(await database.idempotency.find({ scope, key: 'k' })).toBeNull();
      expect(await database.idempotency.find(call)).toBeNull();
      const next = await apply('keys');
      const { fates } = await database.predictions.record([{ ...row, predictorId: next }]);
      expect(fates[0]?.outcome).toBe('recorded');
      expect(await counterOf(database, 'keys')).toMatchObject({ predictions: 1, counted: 1 });
    });

    test('records nothing any more, and tells its rows from those of one that never was', async () => {
      const id = await apply('late');
      const rows = [
        { ...answered(id), predictor: 'late' },
        { ...answered(id), predictor: 'late' },
      ];
      await database.removals.deletePredictor('late');
      const other = await apply('living');
      const record = async () =>
        (await database.predictions.record([...rows, answered(other), answered(987_654)])).fates.map(
          ({ outcome }) => outcome,
        );
      const told = ['predictor_deleted', 'predictor_deleted', 'recorded', 'predictor_unknown'];
      expect(await record()).toEqual(told);
      await purged(id);
      expect(await record()).toEqual(told);
      await apply('late');
      expect(await record()).toEqual(told);
      expect(await counterOf(database, 'late')).toMatchObject({ predictions: 0, counted: 0 });
    });

    test('shuts out a row that is being recorded at that moment', async () => {
      const id = await apply('racing');
      await client.query('begin');
      await client.query("select hundredfold.delete_predictor('racing')");
      const recording = database.predictions.record([{ ...answered(id), predictor: 'racing' }]);
      await waitingForLocks(place.connectionString, 1);
      await client.query('commit');
      const { fates } = await recording;
      expect(fates[0]?.outcome).toBe('predictor_deleted');
      expect(await purged(id)).toMatchObject({ predictions: 0 });
    });

    test('takes the lease from a trainer that is under way: it publishes nothing, be the name made again or not', async () => {
      const { id } = await withEverything('fenced');
      await database.retrainings.request(id);
      const claim = await claimed('fenced');
      const verdict = await promoted(claim, await learnable(id));
      await database.removals.deletePredictor('fenced');
      await expect(database.training.renew(claim, 60, null)).rejects.toThrow(LeaseLostError);
      await expect(database.training.reserveVersion(claim)).rejects.toThrow(LeaseLostError);
      await expect(database.training.finish(claim, verdict)).rejects.toThrow(LeaseLostError);
      await purged(id);
      const next = await apply('fenced');
      await expect(database.training.finish(claim, verdict)).rejects.toThrow(LeaseLostError);
      expect((await database.models.list(next, PAGE)).rows).toEqual([]);
      expect((await database.predictors.state('fenced'))?.champion).toBeNull();
    });

    test('takes no import, part or request of somebody who saw it before', async () => {
      const id = await apply('seen');
      await database.removals.deletePredictor('seen');
      await expect(importLabels(database, id, LABELS)).rejects.toThrow(UnknownPredictorError);
      await purged(id);
      await expect(importLabels(database, id, LABELS)).rejects.toThrow(UnknownPredictorError);
      const part = { predictorId: id, revision: 1, name: 'parts' };
      await expect(database.importParts.begin(part, 1, 'f')).rejects.toThrow(UnknownPredictorError);
      await expect(database.retrainings.request(id)).rejects.toThrow(UnknownPredictorError);
      await expect(database.removals.eraseExample(id, '1')).rejects.toThrow(UnknownPredictorError);
    });
  });
});
