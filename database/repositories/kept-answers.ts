import { type Kysely, sql } from 'kysely';
import { PAGE_BYTES } from '../page.ts';
import type { Json, Tables } from '../tables.ts';

/** What is kept under a key. */
export interface KeptAnswer {
  readonly key: string;
  readonly fingerprint: string;
  readonly response: Json;
}

/** All that is kept in a scope, in the order of the keys, in pages that the Data API hands over. */
export async function* keptAnswers(db: Kysely<Tables>, scope: string): AsyncGenerator<KeptAnswer> {
  for (let after = ''; ; ) {
    const { rows } = await sql<KeptAnswer>`
      select key, fingerprint, response from (
        select key, fingerprint, response, row_number() over (order by key) as place,
          sum(octet_length(response::text)) over (order by key) as bytes
        from hundredfold.idempotency_keys where scope = ${scope}::text and key > ${after}::text
      ) as kept
      where place = 1 or bytes <= ${PAGE_BYTES}::integer
      order by key
    `.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield* rows;
    after = last.key;
  }
}

/** A place, from 0, as a key: in the order of places. */
export function placeKey(place: number): string {
  return String(place).padStart(6, '0');
}
