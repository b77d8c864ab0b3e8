import { type SparseMatrix, SparseVector, stackRows } from '../../../services/ml/linalg/sparse.ts';

/** Three labels that lie apart along the first three of four columns; the fourth says nothing. */
export const LABELS = 3;

export const truth = Array.from({ length: 30 }, (_, r) => r % LABELS);

export const rows = truth.map((label, r) => {
  const row = [0, 0, 0, (r % 5) / 5];
  row[label] = 1 + (r % 4) / 4;
  return row;
});

export function matrix(dense: readonly (readonly number[])[]): SparseMatrix {
  return stackRows(dense.length, dense[0]?.length ?? 4, (r, out) => write(dense[r] ?? [], out));
}

export function sparse(row: readonly number[]): SparseVector {
  const out = new SparseVector();
  write(row, out);
  return out;
}

function write(row: readonly number[], out: SparseVector): void {
  row.forEach((value, column) => {
    if (value !== 0) out.push(column, value);
  });
}
