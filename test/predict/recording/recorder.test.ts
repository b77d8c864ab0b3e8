import { describe, expect, test } from '@jest/globals';
import type { NewPrediction, RecordedPrediction } from '../../../database/index.ts';
import { Recorder } from '../../../services/predict/recording/recorder.ts';

const row = (id: string): NewPrediction => ({
  id,
  predictorId: 1,
  revision: 1,
  model: 1,
  inputs: {},
  answer: {},
});

/** A table in memory that refuses the ids it is told to, and remembers how rows came. */
function table(refused: readonly string[] = []) {
  const statements: string[][] = [];
  return {
    statements,
    async record(rows: readonly NewPrediction[]) {
      statements.push(rows.map(({ id }) => id));
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (rows.some(({ id }) => refused.includes(id))) throw new Error('refused');
      const fates: RecordedPrediction[] = rows.map(({ id }) => ({ id, outcome: 'recorded', response: null }));
      return { fates: fates.reverse(), waiting: rows.some(({ id }) => id === 'last') };
    },
  };
}

describe('a recorder', () => {
  test('puts rows that come during a statement into the next one', async () => {
    const target = table();
    const recorder = new Recorder(target, () => undefined);
    const first = recorder.record(row('a'));
    await new Promise((resolve) => setTimeout(resolve, 2));
    const others = ['b', 'c', 'd'].map((id) => recorder.record(row(id)));
    expect((await Promise.all([first, ...others])).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
    expect(target.statements).toEqual([['a'], ['b', 'c', 'd']]);
  });

  test('lets a row that is refused fail alone', async () => {
    const recorder = new Recorder(table(['b']), () => undefined);
    const fates = await Promise.allSettled(['a', 'b', 'c'].map((id) => recorder.record(row(id))));
    expect(fates.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await recorder.record(row('d'))).id).toBe('d');
  });

  test('sends no more than 200 rows in a statement', async () => {
    const target = table();
    const recorder = new Recorder(target, () => undefined);
    await Promise.all(Array.from({ length: 450 }, (_, i) => recorder.record(row(String(i)))));
    expect(target.statements.map(({ length }) => length)).toEqual([200, 200, 50]);
  });

  test('tells after each statement whether a retraining waits', async () => {
    const told: boolean[] = [];
    const recorder = new Recorder(table(), (waiting) => told.push(waiting));
    await recorder.record(row('a'));
    await Promise.all([recorder.record(row('b')), recorder.record(row('last'))]);
    expect(told).toEqual([false, true]);
  });
});
