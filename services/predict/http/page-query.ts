import type { PageRequest } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** What a list's cursors look like: row numbers, predictors' names, or names of objects in a store. */
export const CURSORS = {
  number: /^\d{1,18}$/,
  version: /^\d{1,9}$/,
  name: /^[a-z0-9-]{1,63}$/,
  object: /^[\w.-]{1,500}$/,
} as const;

/**
 * Reads `?limit=` and `?cursor=`.
 * @throws Problem `query_invalid`
 */
export function readPage(query: unknown, cursors: keyof typeof CURSORS): PageRequest {
  const limit = readText(query, 'limit');
  const cursor = readText(query, 'cursor');
  if (limit !== null && !(/^\d{1,3}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MAX_LIMIT)) {
    throw invalid('limit', `must be a whole number from 1 to ${MAX_LIMIT}`);
  }
  if (cursor !== null && !CURSORS[cursors].test(cursor)) {
    throw invalid('cursor', 'must be the `next` of the page before');
  }
  return { limit: limit === null ? DEFAULT_LIMIT : Number(limit), cursor };
}

/** Reads a switch such as `?train=false`; it is on unless it says so. @throws Problem `query_invalid` */
export function readSwitch(query: unknown, name: string): boolean {
  const value = readText(query, name);
  if (value !== null && value !== 'true' && value !== 'false') throw invalid(name, 'must be true or false');
  return value !== 'false';
}

/**
 * Reads a text that is stored or looked for, such as `?label=open`, or null where it is left out or empty.
 * @throws Problem `query_invalid`
 */
export function readStorable(query: unknown, name: string, longest: number): string | null {
  const value = readText(query, name) ?? '';
  if (value.includes('\u0000') || !value.isWellFormed()) throw invalid(name, 'holds what cannot be stored');
  if ([...value].length > longest) throw invalid(name, `must have ${longest} characters at most`);
  return value === '' ? null : value;
}

/**
 * Reads a whole number such as `?part=3`, or null where it is left out.
 * @throws Problem `query_invalid`
 */
export function readCount(query: unknown, name: string, least: number, most: number): number | null {
  const value = readText(query, name);
  if (value === null) return null;
  if (/^\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalid(name, `must be a whole number from ${least} to ${most}`);
}

/** Reads one text, or null where it is left out. @throws Problem `query_invalid` */
export function readText(query: unknown, name: string): string | null {
  if (typeof query !== 'object' || query === null || !(name in query)) return null;
  const value: unknown = Reflect.get(query, name);
  if (typeof value !== 'string') throw invalid(name, 'must stand there once');
  return value;
}

/** A query that does not fit, in one of its fields. */
export function invalid(field: string, message: string): Problem {
  return new Problem('query_invalid', `${field} ${message}.`, { errors: [{ field, message }] });
}
