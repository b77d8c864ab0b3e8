/** `promoted`: the challenger becomes the champion. `kept`: it is worse. `undecided`: the rows do not tell yet. */
export type Verdict = 'promoted' | 'kept' | 'undecided';

/** Fewer unseen rows than this are no ground for a verdict. */
export const LEAST_ROWS = 30;

/** The one-sided 95 % point of the normal distribution. */
export const Z = 1.645;

export interface LabelScores {
  /** Rows whose first suggestion is the true label. */
  readonly correct: number;
  readonly accuracy: number;
  /** Mean over the rows, in nats, clipped at 1e-6. */
  readonly logLoss: number;
}

export interface NumberScores {
  /** Mean absolute error, in the target's unit. */
  readonly mae: number;
}

/** The comparison of a challenger with the champion on the same unseen rows. Plain JSON: no NaN, no infinity. */
export interface Judgement<Scores = LabelScores | NumberScores> {
  readonly verdict: Verdict;
  /** One sentence with the numbers, for a person. */
  readonly reason: string;
  readonly rows: number;
  /** The challenger's gain: in accuracy (0.02 is two points), or in mean absolute error. Null without rows. */
  readonly gain: number | null;
  /** One-sided 95 % lower bound of the gain, in its unit. Null without rows, for numbers with fewer than two. */
  readonly low: number | null;
  /** One-sided 95 % upper bound of the gain. */
  readonly high: number | null;
  /** How much may be lost, in the gain's unit. */
  readonly margin: number;
  readonly champion: Scores | null;
  readonly challenger: Scores | null;
}

export interface Evidence {
  readonly rows: number;
  readonly low: number;
  readonly high: number;
  readonly margin: number;
  /** Labels alone: the mean log-loss of the challenger is above the champion's. */
  readonly logLossIsWorse: boolean;
}

/**
 * The rule: a challenger that is surely not worse than the margin allows, and no less sure of the truth, is promoted; one
 * that is surely worse is not; otherwise the champion stays, so that the evidence grows until the next retraining.
 */
export function decide({ rows, low, high, margin, logLossIsWorse }: Evidence): Verdict {
  if (rows < LEAST_ROWS) return 'undecided';
  if (low > -margin && !logLossIsWorse) return 'promoted';
  return high < 0 ? 'kept' : 'undecided';
}
