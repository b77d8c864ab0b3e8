/** Rows of the first step, and the bounds of the others. */
const FIRST = 1_000;
const MOST = 20_000;
const FEWEST = 100;
/** A step should take so long, in milliseconds: it holds its predictor, and the Data API ends a statement after 45 s. */
const SHORT = 200;
const LONG = 800;

/**
 * Takes steps until one says that it was the last, or `isLate`; at least one. `step` is told how many rows it may take, which
 * follows from how long the steps before took. Returns what the last one said; null where the first finds nothing. Where a
 * later one does, somebody else has taken the last one meanwhile.
 */
export async function inSteps<T extends { readonly done: boolean }>(
  step: (rows: number) => Promise<T | null>,
  isLate: () => boolean,
): Promise<T | null> {
  let last: T | null = null;
  for (let rows = FIRST; ; ) {
    const began = performance.now();
    const said = await step(rows);
    if (said === null) return last === null ? null : { ...last, done: true };
    if (said.done || isLate()) return said;
    last = said;
    const took = performance.now() - began;
    if (took < SHORT) rows = Math.min(MOST, rows * 2);
    else if (took > LONG) rows = Math.max(FEWEST, Math.floor(rows / 2));
  }
}

/** Is the time over, so many milliseconds after this call? */
export function after(milliseconds: number): () => boolean {
  const until = performance.now() + milliseconds;
  return () => performance.now() >= until;
}
