import type { SparseMatrix } from './sparse.ts';

const { imul, sqrt } = Math;

/** A matrix whose equal columns are merged, and the way back. */
export interface Twins {
  readonly matrix: SparseMatrix;
  /** The merged column of each original column; −1 where the original column is empty. */
  readonly group: Int32Array;
  /** How many original columns each merged column stands for. */
  readonly size: Int32Array;
}

/**
 * Merges columns that are equal in every row. Short texts have many: of the n-grams of a word that occurs in one row
 * only, all do. Under an L2 penalty this is exact, not an approximation: m equal columns x share one weight u/√m each,
 * which is the weight u of a single column √m·x. On 1,000 search queries it leaves a fifth of the columns.
 */
export function mergeTwins(matrix: SparseMatrix): Twins {
  const byColumn = transposed(matrix);
  const group = new Int32Array(matrix.columns).fill(-1);
  const sizes: number[] = [];
  const buckets = new Map<number, number[]>();
  const firstOf: number[] = [];
  for (let c = 0; c < matrix.columns; c++) {
    if (byColumn.start[c] === byColumn.start[c + 1]) continue;
    const key = columnHash(byColumn, c);
    const candidates = buckets.get(key);
    const twin = candidates?.find((g) => sameColumn(byColumn, firstOf[g] as number, c));
    if (twin !== undefined) {
      group[c] = twin;
      sizes[twin] = (sizes[twin] as number) + 1;
      continue;
    }
    group[c] = sizes.length;
    if (candidates === undefined) buckets.set(key, [sizes.length]);
    else candidates.push(sizes.length);
    firstOf.push(c);
    sizes.push(1);
  }
  const size = Int32Array.from(sizes);
  return { matrix: mergedRows(matrix, group, firstOf, size), group, size };
}

interface Columns {
  readonly start: Int32Array;
  readonly row: Int32Array;
  readonly value: Float64Array;
  readonly bits: Int32Array;
}

function transposed(matrix: SparseMatrix): Columns {
  const start = new Int32Array(matrix.columns + 1);
  for (let i = 0; i < matrix.index.length; i++) {
    const c = (matrix.index[i] as number) + 1;
    start[c] = (start[c] as number) + 1;
  }
  for (let c = 0; c < matrix.columns; c++) start[c + 1] = (start[c + 1] as number) + (start[c] as number);
  const next = start.slice();
  const row = new Int32Array(matrix.index.length);
  const value = new Float64Array(matrix.index.length);
  for (let r = 0; r < matrix.rows; r++) {
    const end = matrix.start[r + 1] as number;
    for (let i = matrix.start[r] as number; i < end; i++) {
      const c = matrix.index[i] as number;
      const at = next[c] as number;
      row[at] = r;
      value[at] = matrix.value[i] as number;
      next[c] = at + 1;
    }
  }
  return { start, row, value, bits: new Int32Array(value.buffer) };
}

function columnHash(columns: Columns, c: number): number {
  const end = columns.start[c + 1] as number;
  let hash = 0;
  for (let i = columns.start[c] as number; i < end; i++) {
    hash = imul(hash ^ (columns.row[i] as number), 0x9e3779b1);
    hash = imul(hash ^ (hash >>> 15) ^ (columns.bits[2 * i] as number), 0x85ebca77);
    hash = imul(hash ^ (hash >>> 13) ^ (columns.bits[2 * i + 1] as number), 0xc2b2ae3d);
  }
  return hash;
}

function sameColumn(columns: Columns, a: number, b: number): boolean {
  const from = columns.start[a] as number;
  const other = columns.start[b] as number;
  const length = (columns.start[a + 1] as number) - from;
  if ((columns.start[b + 1] as number) - other !== length) return false;
  for (let i = 0; i < length; i++) {
    if (columns.row[from + i] !== columns.row[other + i]) return false;
    if (columns.value[from + i] !== columns.value[other + i]) return false;
  }
  return true;
}

function mergedRows(
  matrix: SparseMatrix,
  group: Int32Array,
  firstOf: number[],
  size: Int32Array,
): SparseMatrix {
  const start = new Int32Array(matrix.rows + 1);
  const index = new Int32Array(matrix.index.length);
  const value = new Float64Array(matrix.index.length);
  const root = Float64Array.from(size, sqrt);
  let length = 0;
  for (let r = 0; r < matrix.rows; r++) {
    const end = matrix.start[r + 1] as number;
    for (let i = matrix.start[r] as number; i < end; i++) {
      const c = matrix.index[i] as number;
      const g = group[c] as number;
      if (firstOf[g] !== c) continue;
      index[length] = g;
      value[length] = (matrix.value[i] as number) * (root[g] as number);
      length++;
    }
    start[r + 1] = length;
  }
  return {
    rows: matrix.rows,
    columns: size.length,
    start,
    index: index.slice(0, length),
    value: value.slice(0, length),
  };
}
