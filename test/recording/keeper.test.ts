import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DirectoryStore, Spool, type SpooledPrediction } from '../../services/model-store/index.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { Keeper } from '../../services/recording/keeper.ts';
import { predictionIdOf } from '../../services/recording/prediction-id.ts';
import { Recorder } from '../../services/recording/recorder.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { row, SqlError, Table } from './table.ts';

let folder: TemporaryFolder;
let spool: Spool;
let table: Table;
beforeEach(async () => {
  folder = await temporaryFolder();
  spool = new Spool(new DirectoryStore(folder.path));
  table = new Table();
});
afterEach(() => folder.remove());

/** Whose budget no machine is too busy for, unless told otherwise. */
function keeper(
  over: Pick<Spool, 'put' | 'get'> = spool,
  { isSuspected = false, patience = 60_000, budget = 100_000 } = {},
) {
  const watch = { isAway: false, lost: () => undefined, answered: () => undefined };
  const recorder = new Recorder({
    predictions: table,
    patience,
    watch,
    metrics: noMetrics,
    onRecorded: () => undefined,
  });
  const drain = { isSuspected, suspect: () => undefined, grown: () => undefined, poke: () => undefined };
  return new Keeper({ recorder, spool: over, drain, metrics: noMetrics, budget });
}

const id = predictionIdOf('searches', 'anonymous', 'a');
function prediction(change: { fingerprint?: string; response?: string } | null = null): SpooledPrediction {
  const { inputs, answer, ...rest } = row(id);
  const plain = { ...rest, predictor: 'searches', answeredAt: 0, inputs: {}, answer: {} };
  if (change === null) return plain;
  const { fingerprint = 'f', response = '{"n":1}' } = change;
  return { ...plain, idempotency: { scope: 's', key: 'a', fingerprint, response } };
}

/** A spool that takes forever. */
const stuck = { put: () => new Promise<never>(() => {}), get: () => new Promise<never>(() => {}) };

describe('an answer is kept', () => {
  test('in the database where that answers', async () => {
    expect(await keeper().keep(prediction(), 1)).toEqual({ outcome: 'recorded', response: null });
    expect([table.stored.has(id), await spool.get(id)]).toEqual([true, null]);
  });

  test('in the spool where that does not answer', async () => {
    table.hold();
    const impatient = keeper(spool, { patience: 50 });
    expect(await impatient.keep(prediction(), 1)).toEqual({ outcome: 'deferred', response: null });
    expect((await spool.get(id))?.id).toBe(id);
    table.release();
  });

  test('in the spool where that is read-only, full or away', async () => {
    table.fault = new SqlError('25006');
    expect((await keeper().keep(prediction(), 1)).outcome).toBe('deferred');
  });

  test('by nobody where neither answers, and that is said', async () => {
    table.hold();
    const impatient = keeper(stuck, { patience: 50, budget: 100 });
    await expect(impatient.keep(prediction(), 1)).rejects.toMatchObject({ code: 'prediction_not_kept' });
    table.release();
  });

  test('by nobody where the row itself is at fault', async () => {
    table.fault = new SqlError('22P02');
    await expect(keeper().keep(prediction(), 1)).rejects.toBe(table.fault);
    expect(await spool.get(id)).toBeNull();
  });
});

describe('answers of one key', () => {
  test('that come at a time are one row, and the first answer', async () => {
    const one = keeper();
    const kept = await Promise.all(
      Array.from({ length: 50 }, (_, n) => one.keep(prediction({ response: `{"n":${n}}` }), 1)),
    );
    expect(kept[0]).toEqual({ outcome: 'recorded', response: null });
    for (const other of kept.slice(1)) expect(other).toEqual({ outcome: 'replayed', response: '{"n":0}' });
    expect(table.statements).toEqual([[id]]);
  });

  test('of another body are refused, also while the first is under way', async () => {
    const one = keeper();
    const bodies = ['f', 'g', 'f'].map((fingerprint) => one.keep(prediction({ fingerprint }), 1));
    const kept = await Promise.all(bodies);
    expect(kept.map(({ outcome }) => outcome)).toEqual(['recorded', 'reused', 'replayed']);
  });

  test('are carried out where the first one failed', async () => {
    const one = keeper();
    table.fault = new SqlError('22P02');
    const first = one.keep(prediction({ fingerprint: 'f' }), 1);
    const second = one.keep(prediction({ fingerprint: 'g' }), 1);
    await expect(first).rejects.toBe(table.fault);
    table.fault = null;
    expect((await second).outcome).toBe('recorded');
  });

  test('in two processes are one object of the spool, and the first answer', async () => {
    table.fault = new SqlError('08006');
    const kept = await Promise.all(
      Array.from({ length: 20 }, (_, n) => keeper().keep(prediction({ response: `{"n":${n}}` }), 1)),
    );
    const response = (await spool.get(id))?.idempotency?.response;
    const own = kept.filter((one) => one.response === null);
    expect(own.length).toBe(1);
    for (const other of kept) expect([null, response]).toContain(other.response);
    const another = await keeper().keep(prediction({ fingerprint: 'g' }), 1);
    expect(another.outcome).toBe('reused');
  });

  test('that lie in the spool are given again, and recorded as they were', async () => {
    table.fault = new SqlError('08006');
    await keeper().keep(prediction({ response: '{"n":"first"}' }), 1);
    table.fault = null;
    const again = keeper(spool, { isSuspected: true });
    const kept = await again.keep(prediction({ response: '{"n":"second"}' }), 1);
    expect(kept).toEqual({ outcome: 'replayed', response: '{"n":"first"}' });
    expect((await again.keep(prediction({ fingerprint: 'g' }), 1)).outcome).toBe('reused');
    expect(table.statements.length).toBe(2);
  });
});
