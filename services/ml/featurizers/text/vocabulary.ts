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
  const least = leastFound(found, grown.size, rows >= MANY_ROWS ? 2 : 1, columns);
  let atLeast = columns - countAbove(found, grown.size, least);
  const isTerm = new Uint8Array(grown.size);
  for (let node = ROOTS; node < grown.size; node++) {
    const count = found[node] as number;
    if (count > least || (count === least && atLeast-- > 0)) isTerm[node] = 1;
  }
  const keep = isTerm.slice();
  for (let node = grown.size - 1; node >= ROOTS; node--) {
    if (keep[node] === 1) keep[grown.parent[node] as number] = 1;
  }
  keep.fill(0, 0, ROOTS);
  return compacted(grown, keep, isTerm, found, rows);
}

/** The smallest count that fits: at least `floor`, and no more than `columns` terms with a higher one. */
function leastFound(found: Int32Array, size: number, floor: number, columns: number): number {
  let least = floor;
  while (countAbove(found, size, least) > columns) least++;
  return least;
}

function countAbove(found: Int32Array, size: number, least: number): number {
  let above = 0;
  for (let node = 0; node < size; node++) if ((found[node] as number) > least) above++;
  return above;
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
