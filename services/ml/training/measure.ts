import type { Material } from '../material.ts';
import { type LabelMetrics, labelMetrics } from '../metrics/label-metrics.ts';
import { type NumberMetrics, numberMetrics } from '../metrics/number-metrics.ts';
import { type Conformal, conformalResidual } from '../selection/conformal.ts';
import type { OutOfFold } from '../selection/cross-fit.ts';
import { probabilitiesOf } from '../selection/loss.ts';

function cleanRows(out: OutOfFold): number[] {
  return [...out.clean.keys()].filter((r) => out.clean[r] === 1);
}

/** From rows of which neither they nor an equal were in their fit; null where there are none. */
export function measure(
  { target }: Material,
  out: OutOfFold,
  temperature: number,
  seed: number,
): LabelMetrics | NumberMetrics | null {
  const rows = cleanRows(out);
  if (rows.length === 0) return null;
  if (target.type === 'number') {
    return numberMetrics({
      truth: rows.map((r) => target.y[r] as number),
      predicted: rows.map((r) => out.scores[r] as number),
      seed,
    });
  }
  const { labels, y } = target;
  const probabilities = new Float64Array(rows.length * labels.length);
  rows.forEach((r, i) => {
    probabilities.set(probabilitiesOf(out, r, labels.length, temperature), i * labels.length);
  });
  return labelMetrics({ labels, truth: Int32Array.from(rows, (r) => y[r] as number), probabilities, seed });
}

/** Half the interval's width with its coverage; null for labels. */
export function intervalOf({ target }: Material, out: OutOfFold): (Conformal & { coverage: number }) | null {
  if (target.type !== 'number') return null;
  const residuals = Float64Array.from(
    cleanRows(out),
    (r) => (out.scores[r] as number) - (target.y[r] as number),
  );
  return { ...conformalResidual(residuals, target.coverage), coverage: target.coverage };
}
