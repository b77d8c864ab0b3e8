/** What one row of probabilities suggests. `first` is an index into the labels. */
export interface Ranked {
  readonly first: number;
  readonly confidence: number;
  /** How many labels stand before the true one: 0 when the first suggestion is right, Infinity for an unknown label. */
  readonly before: number;
}

/**
 * Ranks as suggestions are sorted: by probability, equal ones by label in code-point order, which is the order of the
 * labels' indices.
 * @param truth the true label's index, or −1 for a label that the model cannot say
 */
export function rank(probabilities: Float64Array, row: number, labels: number, truth: number): Ranked {
  const start = row * labels;
  let first = 0;
  let confidence = probabilities[start] as number;
  for (let k = 1; k < labels; k++) {
    const probability = probabilities[start + k] as number;
    if (probability > confidence) {
      first = k;
      confidence = probability;
    }
  }
  if (truth < 0) return { first, confidence, before: Number.POSITIVE_INFINITY };
  const own = probabilities[start + truth] as number;
  let before = 0;
  for (let k = 0; k < labels; k++) {
    const probability = probabilities[start + k] as number;
    if (probability > own || (probability === own && k < truth)) before++;
  }
  return { first, confidence, before };
}
