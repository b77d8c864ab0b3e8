import { LEAST_ROWS, type NumberScores, type Verdict } from './judgement.ts';
import { amounts, apart } from './wording.ts';

/** A judgement with rows, before its sentence is written. */
export interface NumberComparison {
  readonly rows: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number;
  readonly champion: NumberScores;
  readonly challenger: NumberScores;
}

/** Why the verdict is what it is, in one sentence for a person who is no statistician. */
export function numberReason(verdict: Verdict, comparison: NumberComparison | null): string {
  if (comparison === null) {
    return `There are no unseen rows to judge by, and a judgement needs ${LEAST_ROWS}: the champion stays.`;
  }
  const { rows, low, high, margin, champion, challenger } = comparison;
  const [own, other] = amounts(challenger.mae, champion.mae);
  const measured = `the challenger was off by ${own} on average, the champion by ${other}`;
  if (low === null || high === null || rows < LEAST_ROWS) {
    const unseen = rows === 1 ? 'is only 1 unseen row' : `are only ${rows} unseen rows`;
    return `There ${unseen} to judge by, and a judgement needs ${LEAST_ROWS} (${measured}): the champion stays.`;
  }
  return `On ${rows} unseen rows ${measured}; ${because(verdict, low, high, margin, champion.mae)}`;
}

function because(verdict: Verdict, low: number, high: number, margin: number, error: number): string {
  // Shares of an error of 0 cannot be written; nor can anybody be better than exact.
  if (error === 0) return 'an exact champion cannot be improved on: it stays.';
  const [loss, allowed] = apart((-100 * low) / error, (100 * margin) / error, 1);
  if (verdict === 'promoted') {
    if (low === 0) return 'with 95 % confidence its error is no greater.';
    return low > 0
      ? `with 95 % confidence its error is at least ${apart((100 * low) / error, 0, 1)[0]} % smaller.`
      : `with 95 % confidence its error is at most ${loss} % greater, within the margin of ${allowed} %.`;
  }
  if (verdict === 'kept') {
    const excess = apart((-100 * high) / error, 0, 1)[0];
    return `with 95 % confidence its error is at least ${excess} % greater: the champion stays.`;
  }
  return `its error could still be up to ${loss} % greater (95 % confidence), which the margin of ${allowed} % does not allow: the champion stays until more rows tell.`;
}
