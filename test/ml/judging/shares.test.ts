import { describe, expect, test } from '@jest/globals';
import { numberShares } from './number-simulation.ts';
import { exactShare, higherWins, mcNemarWald, ours, promotedShare } from './simulation.ts';

const EVERY_100 = Array.from({ length: 10 }, (_, i) => 100 * (i + 1));

describe('the share of challengers that our rule promotes, two models differing on 12 % of the rows', () => {
  // Exact probabilities, in percent; in brackets stands what a simulation of the rule found when it was designed.
  test.each([
    [30, -0.05, 0.8], // (0.8)
    [30, 0, 5.8], // (6)
    [30, 0.05, 21.3], // (21)
    [100, -0.05, 0.3], // (0.3)
    [100, -0.02, 2.6], // (3)
    [100, 0, 8.2], // (8)
    [100, 0.02, 20.5], // (20)
    [100, 0.05, 52.8], // (53)
    [300, -0.02, 1.6], // (2)
    [300, 0, 12.4], // (12)
    [300, 0.05, 92.2], // (92)
  ])('on %i rows, truly better by %p, is %p %', (rows, gain, percent) => {
    expect(100 * exactShare(ours, gain, rows)).toBeCloseTo(percent, 1);
  });

  test('is at most 5 % where the challenger is worse by the margin, whatever the number of rows', () => {
    for (const rows of [30, 50, 100, 200]) expect(exactShare(ours, -0.01, rows)).toBeLessThan(0.055);
  });

  test('looked at every 100 up to 1,000 rows is 6, 40 and 92 % at −2, 0 and +2 points, within simulation error', () => {
    const share = (gain: number) =>
      promotedShare({ rule: ours, gain, looks: EVERY_100, trials: 2000, seed: 5 });
    expect(Math.abs(share(-0.02) - 0.063)).toBeLessThan(0.016);
    expect(Math.abs(share(0) - 0.404)).toBeLessThan(0.033); // three standard errors of 2,000 trials
    expect(Math.abs(share(0.02) - 0.919)).toBeLessThan(0.018);
  });

  test('is far from that of "higher wins", which takes a third of the challengers that are two points worse', () => {
    expect(100 * exactShare(higherWins, -0.02, 100)).toBeCloseTo(33.2, 1);
    expect(100 * exactShare(mcNemarWald, 0.05, 100)).toBeCloseTo(31, 0);
  });
});

describe('the share of challengers on a number target that are promoted', () => {
  test('is near 5 % at the margin, and grows with the gain', () => {
    const share = (gain: number) =>
      numberShares({ gain, rows: 100, errors: 'normal', trials: 300, seed: 1 }).promoted;
    expect(share(-0.01)).toBeLessThan(0.11); // 6 % and four standard errors of 300 trials
    expect(share(-0.05)).toBeLessThan(0.04);
    expect(share(0.1)).toBeGreaterThan(0.7);
  });
});
