import { type LabelScores, LEAST_ROWS, type Verdict } from './judgement.ts';
import { apart, points } from './wording.ts';

/** A judgement with rows, before its sentence is written. */
export interface LabelComparison {
  readonly rows: number;
  readonly low: number;
  readonly margin: number;
  readonly high: number;
  readonly champion: LabelScores;
  readonly challenger: LabelScores;
}

/** Why the verdict is what it is, in one sentence for a person who is no statistician. */
export function labelReason(verdict: Verdict, comparison: LabelComparison | null): string {
  if (comparison === null) {
    return `There are no unseen rows to judge by, and a judgement needs ${LEAST_ROWS}: the champion stays.`;
  }
  const { rows, champion, challenger } = comparison;
  const counted = `the challenger's first suggestion was right on ${challenger.correct}, the champion's on ${champion.correct}`;
  if (rows < LEAST_ROWS) {
    const unseen = rows === 1 ? 'is only 1 unseen row' : `are only ${rows} unseen rows`;
    return `There ${unseen} to judge by, and a judgement needs ${LEAST_ROWS} (${counted}): the champion stays.`;
  }
  return `On ${rows} unseen rows ${counted}; ${because(verdict, comparison)}`;
}

function because(verdict: Verdict, { low, high, margin, champion, challenger }: LabelComparison): string {
  const worse = challenger.logLoss > champion.logLoss;
  const [own, other] = apart(challenger.logLoss, champion.logLoss, 3);
  const logLoss = `its log-loss is ${worse ? 'worse' : 'not worse'} (${own} against ${other})`;
  const safe = low > -margin;
  if (verdict === 'promoted') return `${confident(low, margin)}, and ${logLoss}.`;
  if (verdict === 'kept') {
    return `with 95 % confidence it is at least ${points(apart(-100 * high, 0, 1)[0])} worse: the champion stays.`;
  }
  if (safe) return `${confident(low, margin)}, but ${logLoss}: the champion stays until more rows tell.`;
  const [loss, allowed] = apart(-100 * low, 100 * margin, 1);
  const risk = `it could still be up to ${points(loss)} worse (95 % confidence), which the margin of ${points(allowed)} does not allow`;
  return `${risk}${worse ? `, and ${logLoss}` : ''}: the champion stays until more rows tell.`;
}

function confident(low: number, margin: number): string {
  if (low === 0) return 'with 95 % confidence it is at least as good';
  if (low > 0) return `with 95 % confidence it is at least ${points(apart(100 * low, 0, 1)[0])} better`;
  const [loss, allowed] = apart(-100 * low, 100 * margin, 1);
  return `with 95 % confidence it is at most ${points(loss)} worse, within the margin of ${points(allowed)}`;
}
