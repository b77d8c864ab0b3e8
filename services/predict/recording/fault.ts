import { isUnavailable, sqlState } from '../../../database/index.ts';

/**
 * Classes of SQLSTATE that speak of the row: cardinality, data, integrity, and what our own functions raise. All others
 * (a server that is read-only, full, starting, without a function yet) speak of the database.
 */
const OF_THE_ROW = /^(21|22|23|P0|UH)/;

/** Is it the database's fault, so that the same row may be taken later, rather than the row's, or ours? */
export function isDatabasesFault(error: unknown): boolean {
  if (isUnavailable(error)) return true;
  const state = sqlState(error);
  return state !== null && !OF_THE_ROW.test(state);
}
