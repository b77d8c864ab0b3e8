import { describe, expect, test } from '@jest/globals';
import { noMetrics } from '../../services/observability/metrics.ts';
import { DatabaseAwayError } from '../../services/recording/errors.ts';
import { Recorder } from '../../services/recording/recorder.ts';
import { withMorePatience } from '../support/patience.ts';
import { row, SqlError, Table } from './table.ts';

/** Patient, unless told otherwise: nothing of what it answers depends on how fast the machine is. */
function recorderOf(predictions: Table, patience = 60_000, gathering = 1) {
  const losses: unknown[] = [];
  const told: boolean[] = [];
  const watch = { isAway: false, lost: (error: unknown) => losses.push(error), answered: () => undefined };
  const onRecorded = (waiting: boolean) => told.push(waiting);
  const recorder = new Recorder({ predictions, patience, gathering, watch, metrics: noMetrics, onRecorded });
  return { recorder, losses, told, watch };
}

/** Takes a statement after a turn of the event loop's queues, as a pool of connections does. */
class SlowToTake extends Table {
  override async record(rows: Parameters<Table['record']>[0]) {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    return super.record(rows);
  }
}

const statusOf = ({ status }: PromiseSettledResult<unknown>) => status;

describe('a recorder', () => {
  test('puts rows that come during a statement into the next one', async () => {
    const table = new Table();
    const { recorder } = recorderOf(table);
    table.hold();
    const first = recorder.record(row('a'), 1);
    await table.came(1);
    const others = ['b', 'c', 'd'].map((id) => recorder.record(row(id), 1));
    table.release();
    expect((await Promise.all([first, ...others])).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(table.statements).toEqual([['a'], ['b', 'c', 'd']]);
  });

  test('has the next statement on its way before the rows of the last one are answered', async () => {
    const table = new SlowToTake();
    const { recorder } = recorderOf(table);
    table.hold();
    const first = ['a', 'b', 'c'].map((id) => recorder.record(row(id), 1));
    await table.came(1);
    const others = ['d', 'e', 'f'].map((id) => recorder.record(row(id), 1));
    table.release();
    table.hold();
    await Promise.all(first);
    expect(table.statements).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ]);
    expect([...table.stored]).toEqual(['a', 'b', 'c']);
    table.release();
    await Promise.all(others);
  });

  test('waits right after a statement until half of those who were answered have asked again', async () => {
    const table = new Table();
    const { recorder } = recorderOf(table, 60_000, 30_000);
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => recorder.record(row(id), 1)));
    const again = ['g', 'h', 'i'].map(async (id, turn) => {
      for (let n = 0; n <= 2 * turn; n++) await new Promise((resolve) => setImmediate(resolve));
      return recorder.record(row(id), 1);
    });
    await Promise.all(again);
    expect(table.statements.slice(1)).toEqual([['g', 'h', 'i']]);
  });

  test('does not wait for them for ever', async () => {
    const table = new Table();
    const { recorder } = recorderOf(table);
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => recorder.record(row(id), 1)));
    await recorder.record(row('g'), 1);
    expect(table.statements[1]).toEqual(['g']);
  });

  test('lets a row that is refused fail alone, and finds it by halves', async () => {
    const table = new Table(['x77']);
    const { recorder, losses } = recorderOf(table);
    const ids = Array.from({ length: 128 }, (_, n) => `x${n}`);
    const fates = await Promise.allSettled(ids.map((id) => recorder.record(row(id), 1)));
    expect(ids.filter((_, n) => fates[n]?.status === 'rejected')).toEqual(['x77']);
    expect(table.stored.size).toBe(127);
    expect(table.statements.length).toBe(15);
    expect(losses).toEqual([]);
    expect((await recorder.record(row('d'), 1)).id).toBe('d');
  });

  test('answers each half as it is recorded, while the row at fault is looked for in the others', async () => {
    const table = new Table(['x127']);
    const { recorder } = recorderOf(table);
    const all = Array.from({ length: 128 }, (_, n) => recorder.record(row(`x${n}`), 1));
    await all[0];
    expect(table.statements.length).toBeLessThanOrEqual(3);
    const fates = await Promise.allSettled(all);
    expect(fates.filter(({ status }) => status === 'rejected').length).toBe(1);
  });

  test('answers the rows that were recorded when others of their statement have to be tried once more, in vain', async () => {
    class Hanging extends Table {
      override record(rows: Parameters<Table['record']>[0]) {
        const isLast = rows.length === 1 && rows[0]?.id === 'c';
        return isLast ? new Promise<never>(() => {}) : super.record(rows);
      }
    }
    await withMorePatience([100, 1_000, 10_000], async (patience) => {
      const { recorder } = recorderOf(new Hanging(['b']), patience);
      const fates = await Promise.allSettled(['a', 'b', 'c'].map((id) => recorder.record(row(id), 1)));
      expect(fates.map(statusOf)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(fates[2]).toMatchObject({ reason: expect.any(DatabaseAwayError) });
    });
  });

  test('sends no more than 200 rows in a statement, nor more than a megabyte', async () => {
    const table = new Table();
    const { recorder } = recorderOf(table);
    await Promise.all(Array.from({ length: 450 }, (_, i) => recorder.record(row(String(i)), 100)));
    expect(table.statements.map(({ length }) => length)).toEqual([200, 200, 50]);
    await Promise.all(Array.from({ length: 45 }, (_, i) => recorder.record(row(String(i)), 50_000)));
    expect(table.statements.slice(3).map(({ length }) => length)).toEqual([20, 20, 5]);
  });

  test('tells after each statement whether a retraining waits', async () => {
    const { recorder, told } = recorderOf(new Table());
    await recorder.record(row('a'), 1);
    await Promise.all([recorder.record(row('b'), 1), recorder.record(row('last'), 1)]);
    expect(told).toEqual([false, true]);
  });

  test('lets go of the rows whose fate is not known in time, the queued ones without sending them', async () => {
    const table = new Table();
    table.hold();
    const { recorder, losses } = recorderOf(table, 50);
    const flying = recorder.record(row('flying'), 1);
    await table.came(1);
    const queued = recorder.record(row('queued'), 1);
    const fates = await Promise.allSettled([flying, queued]);
    expect(table.stored.size).toBe(0);
    expect(fates.map(statusOf)).toEqual(['rejected', 'rejected']);
    await expect(queued).rejects.toBeInstanceOf(DatabaseAwayError);
    table.release();
    await recorder.settled();
    expect(table.statements).toEqual([['flying']]);
    expect(losses).toEqual([]);
  });

  test.each(['08006', '57P03', '53300', '25006', '42883', '40P01'])(
    'takes SQLSTATE %s for the fault of the database, and of no row',
    async (code) => {
      const table = new Table();
      table.fault = new SqlError(code);
      const { recorder, losses } = recorderOf(table);
      table.hold();
      const first = recorder.record(row('a'), 1);
      await table.came(1);
      const second = recorder.record(row('b'), 1);
      table.release();
      const fates = await Promise.allSettled([first, second]);
      for (const fate of fates) expect(fate).toMatchObject({ reason: { code: 'database_away' } });
      expect(table.statements).toEqual([['a']]);
      expect(losses).toEqual([table.fault]);
    },
  );

  test('queues nothing while the database is away', async () => {
    const table = new Table();
    const { recorder, watch } = recorderOf(table);
    watch.isAway = true;
    await expect(recorder.record(row('a'), 1)).rejects.toBeInstanceOf(DatabaseAwayError);
    expect(table.statements).toEqual([]);
  });
});
