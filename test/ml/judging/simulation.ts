import { decide, Z } from '../../../services/ml/judging/judgement.ts';
import { tangoInterval } from '../../../services/ml/judging/tango.ts';
import { seededIndex } from '../../../services/ml/metrics/random.ts';

/** Would the rule switch, the challenger alone being right on `better` and the champion alone on `worse` of `rows`? */
export type Rule = (better: number, worse: number, rows: number) => boolean;

/** The share of rows on which exactly one of the two models is right. */
export const DISCORDANT = 0.12;

/** What such systems do: the greater accuracy wins, and a tie goes to the newer model. */
export const higherWins: Rule = (better, worse) => better >= worse;

/** McNemar's test (Psychometrika 12, 1947), p < 0.05, two-sided, the challenger ahead. */
export const mcNemar: Rule = (better, worse) =>
  better > worse && (better - worse) ** 2 / (better + worse) > 1.96 ** 2;

/** The same with the variance at the observed difference (Wald's) in place of that at no difference. */
export const mcNemarWald: Rule = (better, worse, rows) =>
  better > worse && (better - worse) ** 2 / (better + worse - (better - worse) ** 2 / rows) > 1.96 ** 2;

/** Our rule without its log-loss part, with the margin of one point. */
export const ours: Rule = remembered((better, worse, rows) => {
  const bounds = tangoInterval({ better, worse, rows }, Z);
  return decide({ rows, ...bounds, margin: 0.01, logLossIsWorse: false }) === 'promoted';
});

function remembered(rule: Rule): Rule {
  const known = new Map<number, boolean>();
  return (better, worse, rows) => {
    const key = (rows * 2000 + better) * 2000 + worse;
    const answer = known.get(key) ?? rule(better, worse, rows);
    known.set(key, answer);
    return answer;
  };
}

export interface Experiment {
  readonly rule: Rule;
  /** The challenger's true gain: 0.02 is two points. */
  readonly gain: number;
  /** At how many rows the rule is asked; the rows add up until it switches. */
  readonly looks: readonly number[];
  readonly trials: number;
  readonly seed: number;
}

/** The share of trials in which the rule switches at one of its looks. */
export function promotedShare({ rule, gain, looks, trials, seed }: Experiment): number {
  const draw = seededIndex(seed);
  const better = ((DISCORDANT + gain) / 2) * 2 ** 32;
  const discordant = DISCORDANT * 2 ** 32;
  let promoted = 0;
  for (let trial = 0; trial < trials; trial++) {
    const counts = { better: 0, worse: 0, rows: 0 };
    const switched = looks.some((rows) => {
      for (; counts.rows < rows; counts.rows++) {
        const at = draw(2 ** 32);
        if (at < better) counts.better++;
        else if (at < discordant) counts.worse++;
      }
      return rule(counts.better, counts.worse, rows);
    });
    if (switched) promoted++;
  }
  return promoted / trials;
}

/** The same for a single look without chance: the probabilities of all counts at which the rule switches, summed. */
export function exactShare(rule: Rule, gain: number, rows: number): number {
  const better = (DISCORDANT + gain) / 2;
  const worse = (DISCORDANT - gain) / 2;
  const logFactorial = [0];
  for (let i = 1; i <= rows; i++) logFactorial.push((logFactorial[i - 1] ?? 0) + Math.log(i));
  const ways = (b: number, c: number) =>
    (logFactorial[rows] ?? 0) -
    (logFactorial[b] ?? 0) -
    (logFactorial[c] ?? 0) -
    (logFactorial[rows - b - c] ?? 0);
  let share = 0;
  for (let b = 0; b <= rows; b++) {
    for (let c = 0; b + c <= rows; c++) {
      const probability = Math.exp(
        ways(b, c) + b * Math.log(better) + c * Math.log(worse) + (rows - b - c) * Math.log(1 - DISCORDANT),
      );
      // What is left out adds up to less than 1e-7.
      if (probability > 1e-12 && rule(b, c, rows)) share += probability;
    }
  }
  return share;
}
