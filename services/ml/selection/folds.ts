import { seededHash } from '../linalg/hash.ts';

export interface Folds {
  /** At least two, at most what was asked for; one where there is a single card, and nothing can be held out. */
  readonly count: number;
  readonly foldOf: Int32Array;
}

/** What is dealt to a fold as one. */
interface Card {
  readonly text: string;
  /** Its number among cards of equal text. */
  readonly copy: number;
  readonly label: number;
  readonly rows: number[];
}

/**
 * Deals rows to folds as cards are dealt: label by label, within a label by a seeded hash of the row's content and its
 * number among equal rows. So the folds do not depend on the order of the rows, each has its share of every label, and
 * rows that repeat are scattered: a fold's rows have their equals in the other folds as often as the rows that will be
 * asked have theirs among the examples.
 * @param contents by row, a string that is equal where the rows are
 * @param label by row, or null where the target is no label
 */
export function dealRows(
  contents: readonly string[],
  label: Int32Array | null,
  seed: number,
  wanted: number,
): Folds {
  const copies = new Map<string, number>();
  const cards = contents.map((text, r): Card => {
    const copy = copies.get(text) ?? 0;
    copies.set(text, copy + 1);
    return { text, copy, label: label?.[r] ?? 0, rows: [r] };
  });
  return deal(cards, contents.length, seed, wanted);
}

/**
 * Deals inputs instead of rows: rows with equal inputs share a fold, so that none is answered by a fit that met its
 * inputs. A label counts where most of the rows have it.
 * @param inputs by row, a string that is equal where the inputs are
 */
export function dealInputs(
  inputs: readonly string[],
  label: Int32Array | null,
  seed: number,
  wanted: number,
): Folds {
  const rowsOf = new Map<string, number[]>();
  inputs.forEach((text, r) => {
    const rows = rowsOf.get(text);
    if (rows === undefined) rowsOf.set(text, [r]);
    else rows.push(r);
  });
  const cards = [...rowsOf].map(([text, rows]): Card => {
    return { text, copy: 0, label: label === null ? 0 : commonest(rows, label), rows };
  });
  return deal(cards, inputs.length, seed, wanted);
}

function deal(cards: readonly Card[], rows: number, seed: number, wanted: number): Folds {
  const placed = cards.map((card) => ({ card, place: seededHash(card.text, seed + card.copy) }));
  placed.sort(
    ({ card: a, place: p }, { card: b, place: q }) =>
      a.label - b.label || p - q || (a.text < b.text ? -1 : a.text > b.text ? 1 : a.copy - b.copy),
  );
  const count = Math.min(wanted, cards.length);
  const foldOf = new Int32Array(rows);
  placed.forEach(({ card }, turn) => {
    for (const r of card.rows) foldOf[r] = turn % count;
  });
  return { count, foldOf };
}

/** The label that most of the rows have; of equals the lowest. */
function commonest(rows: readonly number[], label: Int32Array): number {
  const counts = new Map<number, number>();
  let [best, most] = [-1, 0];
  for (const r of rows) {
    const own = label[r] as number;
    const times = (counts.get(own) ?? 0) + 1;
    counts.set(own, times);
    if (times > most || (times === most && own < best)) [best, most] = [own, times];
  }
  return best;
}
