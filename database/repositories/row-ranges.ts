import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { Tables } from '../tables.ts';

/** Characters of ranges for one request: the Data API takes 4 MiB, and there is more in it. */
const PIECE = 1_000_000;

/** Several sets of ranges as PostgreSQL writes an int8multirange, by a name for each. */
export type RowRanges = Readonly<Record<string, string>>;

/**
 * Runs `work` with SQL for each of the sets. Where predictors share the row ids, what a model learned from is a range a row,
 * and 100,000 of them more than one request of the Data API holds: then they are handed over in pieces first, as settings of
 * a transaction that ends with `work`.
 */
export async function withRanges(
  db: Kysely<Tables>,
  sets: RowRanges,
  work: (db: Kysely<Tables>, ranges: Readonly<Record<string, RawBuilder<string>>>) => Promise<void>,
): Promise<void> {
  const entries = Object.entries(sets);
  if (entries.reduce((characters, [, text]) => characters + text.length, 0) <= PIECE) {
    const inline = entries.map(([name, text]) => [name, sql<string>`${text}::int8multirange`] as const);
    return work(db, Object.fromEntries(inline));
  }
  const run = async (transaction: Kysely<Tables>) => {
    const handed: [string, RawBuilder<string>][] = [];
    for (const [name, text] of entries) handed.push([name, await handOver(transaction, name, text)]);
    await work(transaction, Object.fromEntries(handed));
  };
  return isTransaction(db) ? run(db) : db.transaction().execute(run);
}

function isTransaction(db: Kysely<Tables>): db is Transaction<Tables> {
  return db.isTransaction;
}

async function handOver(db: Kysely<Tables>, name: string, text: string): Promise<RawBuilder<string>> {
  const pieces = piecesOf(text);
  const setting = `hundredfold.${name}_`;
  for (const [number, piece] of pieces.entries()) {
    await sql`select length(set_config(${setting + number}::text, ${piece}::text, true))`.execute(db);
  }
  return sql<string>`(
    select range_agg(current_setting(${setting}::text || n)::int8multirange)
    from generate_series(0, ${pieces.length - 1}::integer) as n
  )`;
}

/** `{[1,3),[5,6)}` in as many texts of the same kind as it takes; a text is never divided within a range. */
export function piecesOf(text: string, longest = PIECE): string[] {
  if (text.length <= longest) return [text];
  const pieces: string[] = [];
  for (let from = 1; from < text.length - 1; ) {
    const end = text.length - 1;
    const cut = from + longest >= end ? end : text.lastIndexOf(',[', from + longest);
    pieces.push(`{${text.slice(from, cut)}}`);
    from = cut + 1;
  }
  return pieces;
}
