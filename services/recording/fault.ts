import { isUnavailable, sqlState } from '../../database/index.ts';

/**
 * What speaks of the row itself, so that no database will ever take it: data that are not what they should be (22), a limit
 * that its values pass (54: a key too long for its index), and what our own functions say of a row. This is the whole list:
 * everything else, also what is not known here, is the fault of the database or of the way to it, and passes.
 */
const OF_THE_ROW = /^(22|54000|54001|UH010|UH011)/;
/** An integrity constraint is the row's only where it is one of the tables that a row goes into. */
const INTEGRITY = /^23/;
const TABLES_OF_ROWS = /^(predictions|idempotency_keys)(_|$)/;
/** What cannot be sent at all, or is larger than the Data API takes. */
const NEVER_SENT = /^data_api_(value|too_large)$/;
/** Classes that no row can bring about: connections, transactions, rights, locks, operators, the system. */
const OF_THE_SERVER = /^(08|25|28|3D|40|53|55|57|58)/;
/** Classes of which nobody can tell whether one row brings them about: its own, what a trigger raises, internal errors. */
const PERHAPS_OF_ONE = /^(21|22|23|54|P0|UH|XX)/;

/** Is the row itself at fault, for certain? Only then may it fail, or be set aside. */
export function isRowsFault(error: unknown): boolean {
  if (NEVER_SENT.test(textOf(error, 'code'))) return true;
  // What ends the connection is said of no statement, whatever its class.
  if (/^(FATAL|PANIC)$/.test(textOf(error, 'severity'))) return false;
  const state = sqlState(error) ?? '';
  return INTEGRITY.test(state) ? TABLES_OF_ROWS.test(constrained(error)) : OF_THE_ROW.test(state);
}

/** Does the database, or the way to it, say so, and not of the row? Then the same may be asked again later. */
export function isDatabasesFault(error: unknown): boolean {
  const says =
    isUnavailable(error) || sqlState(error) !== null || textOf(error, 'code').startsWith('data_api_');
  return says && !isRowsFault(error);
}

/** Is the database away for certain, or in no state to record anything? Of an internal error, say, nobody knows. */
export function isFaultOfAllRows(error: unknown): boolean {
  return isUnavailable(error) || OF_THE_SERVER.test(sqlState(error) ?? '');
}

/** May it be one row that brings it about, so that its neighbours are worth a try without it? */
export function mayBeOneRows(error: unknown): boolean {
  const state = sqlState(error);
  return state === null ? !isUnavailable(error) : PERHAPS_OF_ONE.test(state);
}

/** The table or constraint that it speaks of: `pg` has both apart, of the Data API they stand in the message. */
function constrained(error: unknown): string {
  const message = textOf(error, 'message').replace(/column "[^"]*"/g, '');
  return textOf(error, 'table') || textOf(error, 'constraint') || (/"(\w+)"/.exec(message)?.[1] ?? '');
}

function textOf(error: unknown, name: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
