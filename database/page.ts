import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { JsonObject, Tables } from './tables.ts';

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

/**
 * Bytes of rows for one page. An answer of the Data API holds 1 MiB, in which a row's JSON is a text in JSON again: every
 * quote of it takes two.
 */
export const PAGE_BYTES = 384 * 1024;

/** What a list shows of a row, and the row's place in the whole list as a cursor. */
interface Listed {
  readonly key: string;
  readonly shown: JsonObject;
}

/**
 * The first rows of a list, as many as fit into `limit` and, but for the first, into PAGE_BYTES: a page of large rows is
 * shorter. `listed` selects `key`, `shown` and `place` (its number in the list), and one row more than `limit`.
 */
export async function readPage(
  db: Kysely<Tables>,
  listed: RawBuilder<unknown>,
  limit: number,
): Promise<Page<JsonObject>> {
  const { rows } = await sql<Listed & { more: boolean }>`
    select key, shown, found > place as more from (
      select key::text, shown, place::integer, (max(place) over ())::integer as found,
        sum(octet_length(shown::text)) over (order by place) as bytes
      from (${listed}) as listed
    ) as measured
    where place <= ${limit}::integer and (place = 1 or bytes <= ${PAGE_BYTES}::integer)
    order by place
  `.execute(db);
  const last = rows.at(-1);
  return { rows: rows.map(({ shown }) => shown), next: last?.more === true ? last.key : null };
}
