import { BLOCKS, blockOf, ROOTS } from './terms.ts';
import { Trie } from './trie.ts';

/** The terms a text featurizer knows: a frozen trie, the column of each node, and each column's weight. */
export interface Vocabulary {
  readonly trie: Trie;
  /** By node; −1 where the node only leads to longer terms. */
  readonly column: Int32Array;
  /** Smoothed inverse document frequency by column. */
  readonly rarity: Float32Array;
  /** The first column after each block. */
  readonly blocks: readonly number[];
}

/** With this many rows, a term seen in one of them only is noise that costs memory. */
const MANY_ROWS = 2000;

/**
 * Keeps the terms that most rows hold, `columns` at most (ties: the term met first), and numbers them block by block.
 * @param found in how many rows each node of `grown` occurs as a term; 0 for nodes that are no term
 */
export function selectTerms(grown: Trie, found: Int32Array, rows: number, columns: number): Vocabulary {
  const limits = limit(histogram(found, rows), rows >= MANY_ROWS ? 2 : 1, columns);
  const { least } = limits;
  let { room } = limits;
  const isTerm = new Uint8Array(grown.size);
  for (let node = ROOTS; node < grown.size; node++) {
    const count = found[node] as number;
    if (count > least || (count === least && room-- > 0)) isTerm[node] = 1;
  }
  const keep = isTerm.slice();
  for (let node = grown.size - 1; node >= ROOTS; node--) {
    if (keep[node] === 1) keep[grown.parent[node] as number] = 1;
  }
  keep.fill(0, 0, ROOTS);
  return compacted(grown, keep, isTerm, found, rows);
}

/** How many terms are found in exactly so many rows, by that number. */
function histogram(found: Int32Array, rows: number): Int32Array {
  const terms = new Int32Array(rows + 1);
  for (const count of found) terms[count] = (terms[count] as number) + 1;
  return terms;
}

/** The smallest count that is kept, at least `floor`, and how many terms with just that count still fit. */
function limit(terms: Int32Array, floor: number, columns: number): { least: number; room: number } {
  let room = columns;
  for (let count = terms.length - 1; count >= floor; count--) {
    const more = terms[count] as number;
    if (more > room) return { least: count, room };
    room -= more;
  }
  return { least: floor, room: Number.POSITIVE_INFINITY };
}

function compacted(
  grown: Trie,
  keep: Uint8Array,
  isTerm: Uint8Array,
  found: Int32Array,
  rows: number,
): Vocabulary {
  const size = keep.reduce((sum, kept) => sum + kept, 0) + ROOTS;
  const trie = new Trie(ROOTS, size + 1);
  const renamed = new Int32Array(grown.size);
  const root = new Uint8Array(grown.size);
  const block = new Int8Array(size + 1).fill(-1);
  const count = new Int32Array(size + 1);
  for (let node = 0; node < ROOTS; node++) renamed[node] = root[node] = node;
  for (let node = ROOTS; node < grown.size; node++) {
    const parent = grown.parent[node] as number;
    root[node] = root[parent] as number;
    if (keep[node] === 0) continue;
    const unit = grown.unit[node] as number;
    const copy = trie.next(renamed[parent] as number, unit);
    renamed[node] = copy;
    if (isTerm[node] === 0) continue;
    block[copy] = blockOf(root[node] as number, unit);
    count[copy] = found[node] as number;
  }
  trie.freeze();
  return numbered(trie, block, count, rows);
}

function numbered(trie: Trie, block: Int8Array, count: Int32Array, rows: number): Vocabulary {
  const column = new Int32Array(trie.size).fill(-1);
  const rarity: number[] = [];
  const blocks: number[] = [];
  for (let b = 0; b < BLOCKS; b++) {
    for (let node = ROOTS; node < trie.size; node++) {
      if (block[node] !== b) continue;
      column[node] = rarity.length;
      rarity.push(Math.log((1 + rows) / (1 + (count[node] as number))) + 1);
    }
    blocks.push(rarity.length);
  }
  return { trie, column, rarity: Float32Array.from(rarity), blocks };
}
