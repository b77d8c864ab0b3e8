import { isUnavailable, sqlState } from '../../../database/index.ts';

/**
 * Classes of SQLSTATE that speak of the row: cardinality, data, integrity, a limit exceeded (a key too long for its
 * index), and what our own functions raise. All others (a server that is read-only, full, starting, without a function
 * yet) speak of the database.
 */
const OF_THE_ROW = /^(21|22|23|54|P0|UH)/;
/** Classes that no row can bring about: connections, transactions, rights, locks, operators, the system. */
const OF_THE_SERVER = /^(08|25|28|3D|40|53|55|57|58)/;

/** Is it the database's fault, so that the same row may be taken later, rather than the row's, or ours? */
export function isDatabasesFault(error: unknown): boolean {
  if (isUnavailable(error)) return true;
  const state = sqlState(error);
  return state !== null && !OF_THE_ROW.test(state);
}

/** Is it the database's fault for certain, whatever the rows are? Of an internal error, say, nobody knows. */
export function isFaultOfAllRows(error: unknown): boolean {
  return isUnavailable(error) || OF_THE_SERVER.test(sqlState(error) ?? '');
}
