import type { FieldError } from '../ml/predictor/definition.error.ts';

/** At most this many columns are named. */
const NAMED = 5;

/** Stored rows that the definition in force does not take, counted by what is wrong with them. */
export class UnfitRows {
  #rows = 0;
  readonly #columns = new Map<string, { rows: number; readonly fault: string }>();

  get rows(): number {
    return this.#rows;
  }

  /** A row, and what is wrong with each of its columns. */
  add(errors: readonly FieldError[]): void {
    this.#rows += 1;
    for (const { field, message } of errors) {
      // What to send in its place is of no use for a row that is stored.
      const fault = message.startsWith('is missing: ') ? 'is missing' : message;
      const column = this.#columns.get(field) ?? { rows: 0, fault };
      column.rows += 1;
      this.#columns.set(field, column);
    }
  }

  /** What to add to the reason of a verdict; empty where every row fits. */
  leftOut(): string {
    if (this.#rows === 0) return '';
    const rows =
      this.#rows === 1
        ? '1 row that does not fit the definition in force was'
        : `${this.#rows} rows that do not fit the definition in force were`;
    return ` ${rows} left out: ${this.#why()}.`;
  }

  /** The same beside a number of rows that fit. */
  others(): string {
    if (this.#rows === 0) return '';
    const others = this.#rows === 1 ? '1 other does' : `${this.#rows} others do`;
    return ` (${others} not fit the definition in force: ${this.#why()})`;
  }

  /** `subject is missing (60 rows); age must be a number … (3 rows)`, the columns with the most rows first. */
  #why(): string {
    const columns = [...this.#columns].sort(([, a], [, b]) => b.rows - a.rows);
    const named = columns
      .slice(0, NAMED)
      .map(([field, { rows, fault }]) => `${field} ${fault} (${rows === 1 ? '1 row' : `${rows} rows`})`);
    const more = columns.length - NAMED;
    return [...named, ...(more > 0 ? [`${more} more columns`] : [])].join('; ');
  }
}
