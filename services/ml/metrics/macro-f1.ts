/**
 * The mean of F1 over the labels that occur in the truth. A label that only the model says has no F1 of its own, though
 * it costs the true labels their recall: scikit-learn's `f1_score(average='macro')` would count it with F1 = 0, so
 * that ours equals scikit-learn's with `labels=unique_labels(y_true)`. Labels that the model cannot say (truth −1) are
 * together one label with F1 = 0.
 * @param truth indices into the labels, or −1
 * @param first the first suggestion of each row
 * @param times how often each row counts
 */
export function macroF1(truth: Int32Array, first: Int32Array, times: Int32Array, labels: number): number {
  const occurs = new Float64Array(labels + 1);
  const said = new Float64Array(labels + 1);
  const hits = new Float64Array(labels + 1);
  for (let i = 0; i < truth.length; i++) {
    const count = times[i] as number;
    const label = truth[i] as number;
    const own = label < 0 ? labels : label;
    const answer = first[i] as number;
    occurs[own] = (occurs[own] as number) + count;
    said[answer] = (said[answer] as number) + count;
    if (own === answer) hits[own] = (hits[own] as number) + count;
  }
  let sum = 0;
  let present = 0;
  for (let k = 0; k <= labels; k++) {
    const own = occurs[k] as number;
    if (own === 0) continue;
    present++;
    sum += (2 * (hits[k] as number)) / (own + (said[k] as number));
  }
  return sum / present;
}
