import type { SparseMatrix, SparseVector } from '../linalg/sparse.ts';
import { LearnerError } from './errors.ts';

/** Refuses data that no learner can use, saying where it is wrong. */
export function checkRows(x: SparseMatrix, targets: number): void {
  if (x.rows === 0) throw new LearnerError('no_rows', 'there is no row to learn from');
  if (x.rows !== targets) {
    throw new LearnerError('wrong_width', `${x.rows} rows have ${targets} targets`);
  }
  for (let i = 0; i < x.value.length; i++) {
    if (!Number.isFinite(x.value[i])) {
      throw new LearnerError('not_finite', `column ${x.index[i]} holds ${x.value[i]}`);
    }
    const column = x.index[i] as number;
    if (column < 0 || column >= x.columns) {
      throw new LearnerError('wrong_width', `column ${column} is outside of ${x.columns} columns`);
    }
  }
}

export function checkLabels(y: Int32Array, labels: number): void {
  for (const label of y) {
    if (label < 0 || label >= labels)
      throw new LearnerError('bad_label', `label ${label} is not below ${labels}`);
  }
}

export function checkTargets(y: Float64Array): void {
  for (const value of y) {
    if (!Number.isFinite(value)) throw new LearnerError('not_finite', `a target is ${value}`);
  }
}

/** A row that is wider than what was learned from. The largest column decides: sparse rows carry no width. */
export function checkRow(row: SparseVector, width: number): void {
  for (let i = 0; i < row.length; i++) {
    const column = row.index[i] as number;
    if (column >= width || column < 0) {
      throw new LearnerError(
        'wrong_width',
        `column ${column} is outside of the ${width} columns learned from`,
      );
    }
    const value = row.value[i] as number;
    if (value - value !== 0) throw new LearnerError('not_finite', `column ${column} holds ${value}`);
  }
}
