import { describe, expect, test } from '@jest/globals';
import { judgeNumbers } from '../../../services/ml/judging/judge-numbers.ts';

/** Champion errors around 5; the challenger's are smaller by `gain` on average, the rows differ by up to `spread`. */
function contest(rows: number, gain: number, spread: number) {
  return {
    seed: 1,
    rows: Array.from({ length: rows }, (_, i) => {
      const championError = 5 + Math.sin(7.1 * i);
      return { championError, challengerError: championError - gain + spread * Math.sin(12.9898 * i) };
    }),
  };
}

describe('a challenger on a number target', () => {
  test('whose error is surely not greater is promoted', () => {
    const judgement = judgeNumbers(contest(132, 0.3, 0.4));
    expect(judgement.verdict).toBe('promoted');
    expect(judgement.reason).toBe(
      'On 132 unseen rows the challenger was off by 4.703 on average, the champion by 5.001; with 95 % confidence its error is at least 5.2 % smaller.',
    );
    expect(judgement.gain).toBeCloseTo(0.3, 2);
    expect(judgement.margin).toBeCloseTo(0.05, 3);
    expect(judgement.champion?.mae).toBeCloseTo(5, 2);
  });

  test('whose error may be greater, but by less than the margin, is promoted', () => {
    const judgement = judgeNumbers(contest(500, 0, 0.06));
    expect(judgement.verdict).toBe('promoted');
    expect(judgement.low).toBeLessThan(0);
    expect(judgement.reason).toContain('at most 0.1 % greater, within the margin of 1 %');
  });

  test('whose error is surely greater is kept out', () => {
    const judgement = judgeNumbers(contest(132, -0.3, 0.4));
    expect(judgement.verdict).toBe('kept');
    expect(judgement.reason).toContain('its error is at least 5.2 % greater: the champion stays');
  });

  test('whose error could be greater by more than the margin is undecided', () => {
    const judgement = judgeNumbers(contest(132, 0, 0.6));
    expect(judgement.verdict).toBe('undecided');
    expect(judgement.reason).toContain('which the margin of 1 % does not allow: the champion stays');
  });

  test('is not judged on fewer than 30 rows, on one, or on none', () => {
    expect(judgeNumbers(contest(29, 2, 0)).verdict).toBe('undecided');
    expect(judgeNumbers(contest(30, 2, 0)).verdict).toBe('promoted');
    expect(judgeNumbers(contest(1, 2, 0))).toMatchObject({
      verdict: 'undecided',
      rows: 1,
      low: null,
      high: null,
    });
    expect(judgeNumbers(contest(0, 2, 0))).toMatchObject({
      verdict: 'undecided',
      gain: null,
      champion: null,
    });
  });

  test('of an exact champion is undecided or kept: nobody is better than exact', () => {
    const rows = (challengerError: number) =>
      Array.from({ length: 40 }, () => ({ championError: 0, challengerError }));
    expect(judgeNumbers({ rows: rows(0), seed: 1 }).verdict).toBe('undecided');
    const kept = judgeNumbers({ rows: rows(1), seed: 1 });
    expect(kept.verdict).toBe('kept');
    expect(kept.reason).toContain('an exact champion cannot be improved on');
  });

  test('is judged in pairs: hard rows, hard for both, do not hide a small gain', () => {
    const rows = Array.from({ length: 100 }, (_, i) => {
      const championError = i % 10 === 0 ? 1000 : 1;
      return { championError, challengerError: 0.98 * championError };
    });
    expect(judgeNumbers({ rows, seed: 1 }).verdict).toBe('promoted');
  });

  test('gets bounds that agree with the normal ones where there are many rows', () => {
    const { rows } = contest(2000, 0.1, 0.6);
    const gains = rows.map((row) => row.championError - row.challengerError);
    const mean = gains.reduce((sum, g) => sum + g, 0) / gains.length;
    const error = Math.sqrt(gains.reduce((sum, g) => sum + (g - mean) ** 2, 0)) / gains.length;
    const { low, high } = judgeNumbers({ rows, seed: 1 });
    expect(low).toBeCloseTo(mean - 1.645 * error, 2);
    expect(high).toBeCloseTo(mean + 1.645 * error, 2);
  });

  test('gets the same judgement for the same seed, in any unit', () => {
    const { rows } = contest(132, 0.3, 0.4);
    expect(judgeNumbers({ rows, seed: 3 })).toEqual(judgeNumbers({ rows, seed: 3 }));
    expect(judgeNumbers({ rows, seed: 3 }).low).not.toBe(judgeNumbers({ rows, seed: 4 }).low);
    const thousandths = rows.map((row) => ({
      championError: 1000 * row.championError,
      challengerError: 1000 * row.challengerError,
    }));
    const [one, other] = [judgeNumbers({ rows, seed: 3 }), judgeNumbers({ rows: thousandths, seed: 3 })];
    expect(other.verdict).toBe(one.verdict);
    expect((other.low ?? 0) / 1000).toBeCloseTo(one.low ?? 0, 9);
  });

  test.each([
    ['the champion', 'not_finite', { championError: Number.NaN, challengerError: 1 }],
    ['the challenger', 'not_finite', { championError: 1, challengerError: Number.POSITIVE_INFINITY }],
    ['the challenger', 'not_finite', { championError: 1, challengerError: -1 }],
  ])("an error that is none is refused by name: %s's", (who, code, row) => {
    expect(() => judgeNumbers({ rows: [row], seed: 1 })).toThrow(`row 0: ${who}'s absolute error is`);
    expect(() => judgeNumbers({ rows: [row], seed: 1 })).toThrow(expect.objectContaining({ code }));
  });

  test('a margin that is none is refused by name', () => {
    expect(() => judgeNumbers({ rows: [], seed: 1, margin: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'bad_margin' }),
    );
  });
});
