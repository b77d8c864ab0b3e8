import type { Books } from '../books.ts';
import type { Snapshot } from '../snapshot.ts';

/** Rows ever counted are the sum of `every` of all counted requests, and the new rows; fewer of those than `every`. */
export function checkCounter(books: Books, now: Snapshot): void {
  const { every, newRows, counted, predictions } = now.counter;
  const requested = now.retrainings.reduce((sum, request) => sum + (request.every ?? 0), 0);
  if (requested + newRows !== counted) {
    books.fault(
      `${counted} rows were counted, and ${requested} asked for a training, ${newRows} wait for one`,
    );
  }
  if (newRows >= every) books.fault(`${newRows} new rows of ${every} have asked for nothing`);
  if (predictions !== now.predictions.length) {
    books.fault(`${predictions} predictions are counted, ${now.predictions.length} are there`);
  }
}

/**
 * What the counter took in since `before` are the rows that came: of the kind that counts, as the ledger has them.
 * Where the kind may have changed in between, at least the fewer and at most the more of the two kinds.
 */
export function checkCounted(
  books: Books,
  before: Snapshot | null,
  now: Snapshot,
  isRedefined: boolean,
): void {
  const from = before?.rows.at(-1)?.seq ?? 0;
  const came = now.rows.filter(({ seq, happened }) => seq > from && happened === 'insert');
  const predictions = came.filter(({ kind }) => kind === 'prediction').length;
  const labels = came.length - predictions;
  const counted = now.counter.counted - (before?.counter.counted ?? 0);
  const exact = now.counter.counts === 'predictions' ? predictions : labels;
  const [low, high] = isRedefined ? [0, predictions + labels] : [exact, exact];
  if (counted < low || counted > high) {
    books.fault(`${counted} rows were counted, where ${predictions} predictions and ${labels} examples came`);
  }
}
