import { type RawBuilder, sql } from 'kysely';
import { DataApiValueError } from './errors.ts';

/**
 * Parameters with their type stated, for the places where a string is not one: the same on the Data API and on `pg`.
 * `db.insertInto('rows').values({ id: asUuid(id), inputs: asJsonb(inputs) })`.
 */
export const asUuid = (value: string | null): RawBuilder<string> => asType(value, 'uuid');
export const asNumeric = (value: string | number | bigint | null): RawBuilder<string> =>
  asType(value, 'numeric');
export const asDate = (value: string | null): RawBuilder<Date> => asType(value, 'date');
export const asTime = (value: string | null): RawBuilder<string> => asType(value, 'time');
export const asTimestamp = (value: string | null): RawBuilder<Date> => asType(value, 'timestamp');
export const asTimestamptz = (value: string | Date | null): RawBuilder<Date> => asType(value, 'timestamptz');

/** Any JSON value, also an array, a string or `null` at its top: JSON's null, not the database's. */
export function asJson<T>(value: T): RawBuilder<T> {
  return asType(JSON.stringify(value), 'json');
}

/** As `asJson`, for `jsonb`. */
export function asJsonb<T>(value: T): RawBuilder<T> {
  return asType(JSON.stringify(value), 'jsonb');
}

/** `asArray(ids, 'uuid')` for a `uuid[]`. */
export function asArray<T>(values: readonly T[] | null, type: string): RawBuilder<T[]> {
  return asType(values, `${type}[]`);
}

/**
 * A value of any type that PostgreSQL knows by `type`.
 *
 * @throws DataApiValueError when `type` is not the name of a type: it becomes part of the SQL
 */
export function asType<T>(value: unknown, type: string): RawBuilder<T> {
  if (!/^[a-z_][a-z0-9_]*([ .][a-z_][a-z0-9_]*)*(\(\d+(, ?\d+)?\))?(\[\])*$/i.test(type)) {
    throw new DataApiValueError(`not the name of a type: ${type}`);
  }
  return sql<T>`${value}::${sql.raw(type)}`;
}
