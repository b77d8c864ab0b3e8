const { exp } = Math;

/** Replaces scores by probabilities: exp(score / temperature), scaled to sum to one. */
export function softmax(scores: Float64Array, temperature: number): void {
  let top = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < scores.length; k++) if ((scores[k] as number) > top) top = scores[k] as number;
  let total = 0;
  for (let k = 0; k < scores.length; k++) {
    const e = exp(((scores[k] as number) - top) / temperature);
    scores[k] = e;
    total += e;
  }
  for (let k = 0; k < scores.length; k++) scores[k] = (scores[k] as number) / total;
}
