import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DirectoryStore, Spool } from '../../services/model-store/index.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { Keeper } from '../../services/recording/keeper.ts';
import { ManyKeeper } from '../../services/recording/many-keeper.ts';
import { newPlacedIds, newPredictionId } from '../../services/recording/prediction-id.ts';
import { Recorder } from '../../services/recording/recorder.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { row, Table } from './table.ts';

let folder: TemporaryFolder;
let table: Table;
let keeper: Keeper;
let many: ManyKeeper;
beforeEach(async () => {
  folder = await temporaryFolder();
  open();
});
afterEach(() => folder.remove());

function open(refused: readonly string[] = []): void {
  table = new Table(refused);
  const watch = { isAway: false, lost: () => undefined, answered: () => undefined };
  const recorder = new Recorder({
    predictions: table,
    patience: 60_000,
    // A busy machine may not hand over the rows of a lane within the usual millisecond.
    gathering: 1_000,
    watch,
    metrics: noMetrics,
    onRecorded: () => undefined,
  });
  const drain = {
    isSuspected: false,
    suspect: () => undefined,
    grown: () => undefined,
    poke: () => undefined,
  };
  const spool = new Spool(new DirectoryStore(folder.path));
  const options = { recorder, spool, drain, metrics: noMetrics, budget: 100_000 };
  keeper = new Keeper(options);
  many = new ManyKeeper(options);
}

function rows(count: number, bytes = 100) {
  const idOf = newPlacedIds(1);
  return Array.from({ length: count }, (_, place) => {
    const { inputs, answer, ...rest } = row(idOf(place));
    return { row: { ...rest, predictor: 'p', answeredAt: 0, inputs: {}, answer: {} }, bytes };
  });
}

describe('the answers of a call with many rows', () => {
  test('are kept in as few statements as hold them', async () => {
    const settled = await many.keep(rows(1_000));
    expect(settled.every((kept) => kept.status === 'fulfilled' && kept.value.outcome === 'recorded')).toBe(
      true,
    );
    expect(table.statements).toHaveLength(5);
  });

  test('are no more bytes in a statement than it may have', async () => {
    await many.keep(rows(10, 300_000));
    expect(Math.max(...table.statements.map(({ length }) => length))).toBe(3);
  });

  test('leave room for a row that comes alone, however many calls there are', async () => {
    table.hold();
    const order: string[] = [];
    const calls = ['a', 'b', 'c'].map((name) => many.keep(rows(1_000)).then(() => order.push(name)));
    await table.came(1);
    const [alone] = rows(1);
    if (alone === undefined) throw new Error('no row');
    const kept = keeper.keep({ ...alone.row, id: newPredictionId(2) }, alone.bytes);
    table.release();
    await kept;
    order.push('alone');
    await Promise.all(calls);
    expect(order).toEqual(['alone', 'a', 'b', 'c']);
  });

  test('come back each with its own fate, in their order', async () => {
    const given = rows(300);
    open([given[250]?.row.id ?? '']);
    const settled = await many.keep(given);
    expect(settled.flatMap(({ status }, place) => (status === 'rejected' ? [place] : []))).toEqual([250]);
    expect(table.stored.size).toBe(299);
  });
});
