import { describe, expect, test } from '@jest/globals';
import { judgeLabels, type LabelContest } from '../../../services/ml/judging/judge-labels.ts';

interface Counts {
  readonly both: number;
  readonly better: number;
  readonly worse: number;
  readonly rows: number;
}

/** Rows of which the counts are as given; the log-losses are the same on every row. */
function contest({ both, better, worse, rows }: Counts, challenger = 0.4, champion = 0.5): LabelContest {
  return {
    margin: 0.01,
    rows: Array.from({ length: rows }, (_, i) => ({
      challenger: { correct: i < both + better, logLoss: challenger },
      champion: {
        correct: i < both || (i >= both + better && i < both + better + worse),
        logLoss: champion,
      },
    })),
  };
}

describe('a challenger on a label target', () => {
  test('that is surely not worse, and no less sure of the truth, is promoted', () => {
    expect(judgeLabels(contest({ both: 100, better: 18, worse: 9, rows: 132 }))).toEqual({
      verdict: 'promoted',
      reason:
        "On 132 unseen rows the challenger's first suggestion was right on 118, the champion's on 109; with 95 % confidence it is at least 0.4 points better, and its log-loss is not worse (0.400 against 0.500).",
      rows: 132,
      gain: 9 / 132,
      low: expect.closeTo(0.00357, 5),
      high: expect.closeTo(0.13502, 5),
      margin: 0.01,
      champion: { correct: 109, accuracy: 109 / 132, logLoss: expect.closeTo(0.5, 12) },
      challenger: { correct: 118, accuracy: 118 / 132, logLoss: expect.closeTo(0.4, 12) },
    });
  });

  test('that may be worse, but by less than the margin, is promoted', () => {
    const { verdict, low, reason } = judgeLabels(contest({ both: 1000, better: 30, worse: 29, rows: 3000 }));
    expect(verdict).toBe('promoted');
    expect(low).toBeLessThan(0);
    expect(reason).toContain('it is at most 0.4 points worse, within the margin of 1 point, and');
  });

  test('that answers every row alike is promoted from 268 rows on, when a point is ruled out', () => {
    expect(judgeLabels(contest({ both: 200, better: 0, worse: 0, rows: 267 })).verdict).toBe('undecided');
    expect(judgeLabels(contest({ both: 200, better: 0, worse: 0, rows: 268 })).verdict).toBe('promoted');
  });

  test('that is surely worse is kept out', () => {
    const judgement = judgeLabels(contest({ both: 50, better: 3, worse: 20, rows: 132 }));
    expect(judgement.verdict).toBe('kept');
    expect(judgement.reason).toBe(
      "On 132 unseen rows the challenger's first suggestion was right on 53, the champion's on 70; with 95 % confidence it is at least 7.4 points worse: the champion stays.",
    );
  });

  test('that could be worse by more than the margin is undecided', () => {
    const judgement = judgeLabels(contest({ both: 250, better: 3, worse: 3, rows: 300 }));
    expect(judgement.verdict).toBe('undecided');
    expect(judgement.reason).toContain(
      'it could still be up to 1.6 points worse (95 % confidence), which the margin of 1 point does not allow: the champion stays',
    );
  });

  test('that is right more often but less sure of the truth is undecided, and told so', () => {
    const judgement = judgeLabels(contest({ both: 100, better: 18, worse: 3, rows: 132 }, 0.5, 0.4999));
    expect(judgement.verdict).toBe('undecided');
    expect(judgement.reason).toContain(
      'at least 6.1 points better, but its log-loss is worse (0.5000 against 0.4999)',
    );
  });

  test('that is as sure of the truth as the champion is not held back by it', () => {
    expect(judgeLabels(contest({ both: 100, better: 18, worse: 3, rows: 132 }, 0.5, 0.5)).verdict).toBe(
      'promoted',
    );
  });

  test('is not judged on fewer than 30 rows, however clear they are', () => {
    const few = judgeLabels(contest({ both: 0, better: 29, worse: 0, rows: 29 }));
    expect(few.verdict).toBe('undecided');
    expect(few.reason).toBe(
      "There are only 29 unseen rows to judge by, and a judgement needs 30 (the challenger's first suggestion was right on 29, the champion's on 0): the champion stays.",
    );
    expect(judgeLabels(contest({ both: 0, better: 30, worse: 0, rows: 30 })).verdict).toBe('promoted');
    expect(judgeLabels(contest({ both: 0, better: 0, worse: 30, rows: 30 })).verdict).toBe('kept');
  });

  test('is not judged without rows, and nothing is made up', () => {
    expect(judgeLabels({ rows: [], margin: 0.01 })).toEqual({
      verdict: 'undecided',
      reason: 'There are no unseen rows to judge by, and a judgement needs 30: the champion stays.',
      rows: 0,
      gain: null,
      low: null,
      high: null,
      margin: 0.01,
      champion: null,
      challenger: null,
    });
  });
});

describe('the margin', () => {
  const even = { both: 2000, better: 60, worse: 60, rows: 3000 };

  test('of 0 promotes only what is surely better', () => {
    expect(judgeLabels({ ...contest(even), margin: 0 }).verdict).toBe('undecided');
    expect(judgeLabels({ ...contest(even), margin: 0.01 }).verdict).toBe('promoted');
    expect(judgeLabels({ ...contest({ ...even, better: 100 }), margin: 0 }).verdict).toBe('promoted');
  });

  test('comes first: a loss that is sure but within it is still promoted', () => {
    const judgement = judgeLabels({ ...contest({ ...even, worse: 100 }), margin: 0.05 });
    expect(judgement.high).toBeLessThan(0);
    expect(judgement.verdict).toBe('promoted');
    expect(judgeLabels({ ...contest({ ...even, worse: 100 }, 0.6), margin: 0.05 }).verdict).toBe('kept');
  });

  test.each([Number.NaN, -0.01, 1.5])('of %p is refused by name', (margin) => {
    expect(() => judgeLabels({ rows: [], margin })).toThrow(expect.objectContaining({ code: 'bad_margin' }));
  });
});

describe('a log-loss', () => {
  const rows = contest({ both: 40, better: 0, worse: 0, rows: 40 }).rows;

  test.each([Number.NaN, -1])('of %p is refused by name, with its row and whose it is', (logLoss) => {
    const given = [
      ...rows,
      { champion: { correct: true, logLoss }, challenger: { correct: true, logLoss: 0 } },
    ];
    expect(() => judgeLabels({ rows: given, margin: 0.01 })).toThrow(
      `row 40: the champion's log-loss is ${logLoss}`,
    );
    expect(() => judgeLabels({ rows: given, margin: 0.01 })).toThrow(
      expect.objectContaining({ name: 'JudgingError', code: 'not_finite' }),
    );
  });

  test('beyond that of one in a million counts as that, infinity too', () => {
    const endless = Number.POSITIVE_INFINITY;
    const given = [
      { champion: { correct: true, logLoss: endless }, challenger: { correct: true, logLoss: 20 } },
    ];
    const { champion, challenger } = judgeLabels({ rows: given, margin: 0.01 });
    expect(champion?.logLoss).toBeCloseTo(13.8155, 4);
    expect(challenger?.logLoss).toBe(champion?.logLoss);
  });
});
