/** Bytes of one request: the Data API takes 4 MiB, with its headers and the statement around it. */
export const REQUEST_BYTES = 3_000_000;

/** What a text takes as a text in JSON, as a parameter of the Data API is sent. */
export function sentBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** The same of JSON at most: its control characters are escaped already, so that no character takes more than three bytes. */
export function sentAtMost(json: string): number {
  return 3 * json.length + 2;
}

/**
 * Divides items, in order, so that of no batch any measure passes its limit; an item that alone passes one is a batch
 * by itself. `measure` gives one number for each limit.
 */
export function batchesWithin<T>(
  items: readonly T[],
  limits: readonly number[],
  measure: (item: T) => readonly number[],
): T[][] {
  const batches: T[][] = [];
  let sums: number[] = [];
  for (const item of items) {
    const measures = measure(item);
    const next = sums.map((sum, index) => sum + (measures[index] ?? 0));
    const batch = batches.at(-1);
    if (batch === undefined || next.some((sum, index) => sum > (limits[index] ?? 0))) {
      batches.push([item]);
      sums = [...measures];
    } else {
      batch.push(item);
      sums = next;
    }
  }
  return batches;
}
