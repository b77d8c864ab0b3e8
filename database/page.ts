/** A page of a list, newest first, and the cursor of the next one: `null` on the last. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/** Where a page starts and how long it may be. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}

/** Makes a page of `rows`, of which one more than `limit` was asked for; `keyOf` names the last row kept. */
export function toPage<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string | number): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, next: rows.length > limit && last !== undefined ? String(keyOf(last)) : null };
}
