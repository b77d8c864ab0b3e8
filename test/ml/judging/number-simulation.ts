import { judgeNumbers, type NumberContest } from '../../../services/ml/judging/judge-numbers.ts';
import type { Verdict } from '../../../services/ml/judging/judgement.ts';
import { seededIndex } from '../../../services/ml/metrics/random.ts';

export interface NumberExperiment {
  /** The challenger's true gain as a share of the champion's mean absolute error. */
  readonly gain: number;
  readonly rows: number;
  /** `normal` errors, or `heavy` ones: Student's t with three degrees of freedom, as prices and durations have. */
  readonly errors: 'normal' | 'heavy';
  readonly trials: number;
  readonly seed: number;
}

/** How alike the errors of two models of the same question are. */
const CORRELATION = 0.9;

/** The share of each verdict over many trials, and of trials in which the smaller mean error is the challenger's. */
export function numberShares(experiment: NumberExperiment): Record<Verdict | 'smaller', number> {
  const normal = seededNormal(experiment.seed);
  const shares = { promoted: 0, kept: 0, undecided: 0, smaller: 0 };
  for (let trial = 0; trial < experiment.trials; trial++) {
    const rows = drawRows(experiment, normal);
    const judgement = judgeNumbers({ rows, seed: experiment.seed + trial, resamples: 200 });
    shares[judgement.verdict] += 1 / experiment.trials;
    if ((judgement.gain ?? 0) >= 0) shares.smaller += 1 / experiment.trials;
  }
  return shares;
}

function drawRows({ rows, gain, errors }: NumberExperiment, normal: () => number): NumberContest['rows'] {
  return Array.from({ length: rows }, () => {
    const size = errors === 'normal' ? 1 : Math.sqrt(3 / (normal() ** 2 + normal() ** 2 + normal() ** 2));
    const own = normal();
    const other = CORRELATION * own + Math.sqrt(1 - CORRELATION ** 2) * normal();
    return { championError: size * Math.abs(own), challengerError: (1 - gain) * size * Math.abs(other) };
  });
}

/** Normal numbers by Box and Muller (1958). */
function seededNormal(seed: number): () => number {
  const draw = seededIndex(seed);
  const uniform = () => (draw(2 ** 32) + 0.5) / 2 ** 32;
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
