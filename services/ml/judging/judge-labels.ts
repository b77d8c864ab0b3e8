import { GREATEST_LOG_LOSS } from '../metrics/log-loss.ts';
import { JudgingError } from './errors.ts';
import { decide, type Judgement, type LabelScores, Z } from './judgement.ts';
import { labelReason } from './label-reason.ts';
import { tangoInterval } from './tango.ts';

/** How one model did on one unseen row. `logLoss` in nats; it is clipped at that of 1e-6, infinity included. */
export interface LabelOutcome {
  readonly correct: boolean;
  readonly logLoss: number;
}

export interface LabelContest {
  /** Rows that the champion never learned from, each answered by a challenger's fit that did not see it either. */
  readonly rows: readonly { readonly champion: LabelOutcome; readonly challenger: LabelOutcome }[];
  /** The loss in first-suggestion accuracy that may be risked: 0.01 is one point. */
  readonly margin: number;
}

/**
 * Judges a challenger on a label target: Tango's one-sided 95 % bounds of its gain in first-suggestion accuracy, and
 * its mean log-loss, against the champion's on the same rows.
 * @throws JudgingError `not_finite` for a log-loss that is negative or not a number, `bad_margin`
 */
export function judgeLabels({ rows, margin }: LabelContest): Judgement<LabelScores> {
  if (!(margin >= 0 && margin <= 1)) {
    throw new JudgingError('bad_margin', `a margin lies between 0 and 1, not at ${margin}`);
  }
  if (rows.length === 0) {
    const nothing = { rows: 0, gain: null, low: null, high: null, margin, champion: null, challenger: null };
    return { verdict: 'undecided', reason: labelReason('undecided', null), ...nothing };
  }
  let better = 0;
  let worse = 0;
  for (const { champion, challenger } of rows) {
    if (challenger.correct && !champion.correct) better++;
    if (champion.correct && !challenger.correct) worse++;
  }
  const champion = scores(
    'champion',
    rows.map((row) => row.champion),
  );
  const challenger = scores(
    'challenger',
    rows.map((row) => row.challenger),
  );
  const { low, high } = tangoInterval({ better, worse, rows: rows.length }, Z);
  const logLossIsWorse = challenger.logLoss > champion.logLoss;
  const verdict = decide({ rows: rows.length, low, high, margin, logLossIsWorse });
  const comparison = {
    rows: rows.length,
    gain: (better - worse) / rows.length,
    low,
    high,
    margin,
    champion,
    challenger,
  };
  return { verdict, reason: labelReason(verdict, comparison), ...comparison };
}

function scores(who: string, outcomes: readonly LabelOutcome[]): LabelScores {
  let correct = 0;
  let sum = 0;
  for (const [i, outcome] of outcomes.entries()) {
    if (!(outcome.logLoss >= 0)) {
      throw new JudgingError('not_finite', `row ${i}: the ${who}'s log-loss is ${outcome.logLoss}`);
    }
    if (outcome.correct) correct++;
    sum += Math.min(GREATEST_LOG_LOSS, outcome.logLoss);
  }
  return { correct, accuracy: correct / outcomes.length, logLoss: sum / outcomes.length };
}
