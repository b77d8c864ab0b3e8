/** A matrix in compressed sparse rows: row `r` holds `index[i]`, `value[i]` for `start[r] <= i < start[r + 1]`. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly value: Float64Array;
}

/** One sparse row that is written again and again: a buffer that grows and never shrinks. */
export class SparseVector {
  length = 0;
  index: Int32Array = new Int32Array(256);
  value: Float64Array = new Float64Array(256);

  clear(): void {
    this.length = 0;
  }

  /** Adds a column; columns are unique within a row and in no particular order. */
  push(column: number, value: number): void {
    if (this.length === this.index.length) this.grow();
    this.index[this.length] = column;
    this.value[this.length] = value;
    this.length++;
  }

  /** Makes room for `count` more columns, for a caller that writes them itself. */
  reserve(count: number): void {
    while (this.length + count > this.index.length) this.grow();
  }

  private grow(): void {
    const index = new Int32Array(this.index.length * 2);
    const value = new Float64Array(this.value.length * 2);
    index.set(this.index);
    value.set(this.value);
    this.index = index;
    this.value = value;
  }
}

/** Stacks `rows` rows of width `columns`; `write` fills the given (cleared) vector with row `r`. */
export function stackRows(
  rows: number,
  columns: number,
  write: (r: number, out: SparseVector) => void,
): SparseMatrix {
  const start = new Int32Array(rows + 1);
  const row = new SparseVector();
  let index = new Int32Array(Math.max(16, rows * 8));
  let value = new Float64Array(index.length);
  let length = 0;
  for (let r = 0; r < rows; r++) {
    row.clear();
    write(r, row);
    if (length + row.length > index.length) {
      const size = Math.max(index.length * 2, length + row.length);
      index = enlarged(index, new Int32Array(size));
      value = enlarged(value, new Float64Array(size));
    }
    index.set(row.index.subarray(0, row.length), length);
    value.set(row.value.subarray(0, row.length), length);
    length += row.length;
    start[r + 1] = length;
  }
  return { rows, columns, start, index: index.slice(0, length), value: value.slice(0, length) };
}

function enlarged<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** Points `out` at row `r` of the matrix without copying. `out` must not be pushed to afterwards. */
export function viewRow(matrix: SparseMatrix, r: number, out: SparseVector): SparseVector {
  const from = matrix.start[r] as number;
  const to = matrix.start[r + 1] as number;
  out.index = matrix.index.subarray(from, to);
  out.value = matrix.value.subarray(from, to);
  out.length = to - from;
  return out;
}

/** The matrix times a vector: `out[r] = Σ x[r][c] · v[c]`. */
export function times(matrix: SparseMatrix, v: Float64Array, out: Float64Array): void {
  const { start, index, value } = matrix;
  for (let r = 0; r < matrix.rows; r++) {
    let sum = 0;
    const end = start[r + 1] as number;
    for (let i = start[r] as number; i < end; i++) {
      sum += (value[i] as number) * (v[index[i] as number] as number);
    }
    out[r] = sum;
  }
}

/** The transposed matrix times a vector, added to `out`: `out[c] += Σ x[r][c] · v[r]`. */
export function addTransposedTimes(matrix: SparseMatrix, v: Float64Array, out: Float64Array): void {
  const { start, index, value } = matrix;
  for (let r = 0; r < matrix.rows; r++) {
    const scale = v[r] as number;
    if (scale === 0) continue;
    const end = start[r + 1] as number;
    for (let i = start[r] as number; i < end; i++) {
      const c = index[i] as number;
      out[c] = (out[c] as number) + (value[i] as number) * scale;
    }
  }
}
