/** Guo et al. use 15. */
export const BINS = 15;

/**
 * The bin of a probability: fifteen of equal width, (0, 1/15] … (14/15, 1], as in Guo et al. (ICML 2017). A row's
 * bin depends on the row alone, so neither the order of the rows nor ties between them change the figure, and it can
 * be compared with published ones; bins of equal mass have neither property.
 */
export function binOf(confidence: number): number {
  return Math.min(BINS - 1, Math.max(0, Math.ceil(confidence * BINS) - 1));
}

/**
 * Expected calibration error of the first suggestion (Guo, Pleiss, Sun & Weinberger, "On Calibration of Modern Neural
 * Networks", ICML 2017, eq. 3): over the bins, the mean gap between how sure the model was and how often it was right.
 * @param times how often each row counts
 */
export function calibrationError(
  confidence: Float64Array,
  right: Uint8Array,
  bins: Uint8Array,
  times: Int32Array,
): number {
  const gap = new Float64Array(BINS);
  let rows = 0;
  for (let i = 0; i < times.length; i++) {
    const count = times[i] as number;
    const bin = bins[i] as number;
    gap[bin] = (gap[bin] as number) + count * ((right[i] as number) - (confidence[i] as number));
    rows += count;
  }
  return gap.reduce((sum, g) => sum + Math.abs(g), 0) / rows;
}
