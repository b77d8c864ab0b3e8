export interface Suggestion {
  readonly label: string;
  /** Six decimals. */
  readonly probability: number;
}

const PARTS = 1_000_000;

/**
 * The `most` likely labels by falling probability. Probabilities are rounded before they are compared, so that what is
 * shown as equal is ordered by label.
 * @param labels in code-point order
 */
export function suggest(probabilities: Float64Array, labels: readonly string[], most: number): Suggestion[] {
  const count = Math.min(most, labels.length);
  // Plain arrays: typed ones cost more to make than all the rest of this.
  const best: number[] = [];
  const parts: number[] = [];
  for (let k = 0; k < labels.length; k++) {
    const own = Math.round((probabilities[k] as number) * PARTS);
    let at = best.length;
    if (at === count) {
      if (count === 0 || own <= (parts[count - 1] as number)) continue;
      at--;
    }
    while (at > 0 && own > (parts[at - 1] as number)) {
      parts[at] = parts[at - 1] as number;
      best[at] = best[at - 1] as number;
      at--;
    }
    parts[at] = own;
    best[at] = k;
  }
  const suggestions: Suggestion[] = [];
  for (let i = 0; i < best.length; i++) {
    const label = labels[best[i] as number] as string;
    suggestions.push({ label, probability: (parts[i] as number) / PARTS });
  }
  return suggestions;
}
