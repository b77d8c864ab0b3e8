import { type Kysely, sql } from 'kysely';
import type { JsonObject, Tables } from '../tables.ts';
import { batchesWithin, REQUEST_BYTES, sentBytes } from './batches.ts';
import { keptAnswers, placeKey } from './kept-answers.ts';

/** A key of a caller's own choice, within a scope, and a hash of the body that came with it. */
export interface IdempotencyKey {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** What was answered under a key before. */
export interface EarlierAnswer {
  readonly fingerprint: string;
  readonly status: number;
  readonly response: JsonObject;
}

/** Characters of an answer in one row, four bytes each at most: the Data API hands over 64 KiB of a row. */
const PART = 16_000;

/** Keys of requests other than predictions, which are recorded together with theirs. */
export class IdempotencyRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Takes a key inside the caller's transaction: null when it is new, else the earlier answer. Waits while another
   * transaction holds the same key, so that concurrent equal requests get one answer.
   */
  async claim({ scope, key, fingerprint }: IdempotencyKey): Promise<EarlierAnswer | null> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('hundredfold.idempotency_keys')
      .values({ scope, key, fingerprint })
      .onConflict((conflict) => conflict.columns(['scope', 'key']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 1n) return null;
    // Purged between the two statements: the key is free again.
    return (await this.find({ scope, key })) ?? this.claim({ scope, key, fingerprint });
  }

  /** What was answered under a key before, or null. */
  async find({ scope, key }: Pick<IdempotencyKey, 'scope' | 'key'>): Promise<EarlierAnswer | null> {
    const earlier = await this.#db
      .selectFrom('hundredfold.idempotency_keys')
      .where('scope', '=', scope)
      .where('key', '=', key)
      .select(['fingerprint', 'status', 'response'])
      .executeTakeFirst();
    if (earlier === undefined) return null;
    const { fingerprint, status, response } = earlier;
    return {
      fingerprint,
      status: status ?? 200,
      response: response?.[IN_PARTS] === undefined ? (response ?? {}) : await this.#joined({ scope, key }),
    };
  }

  /**
   * What a claimed key answers from now on, and to which body; commits with the caller's transaction. A long answer is kept
   * in parts, a row each.
   */
  async keep({ scope, key, fingerprint }: IdempotencyKey, status: number, response: object): Promise<void> {
    const text = JSON.stringify(response);
    const parts = text.length > PART ? divided(text) : [];
    await sql`
      update hundredfold.idempotency_keys set
        fingerprint = ${fingerprint}::text, status = ${status}::integer,
        response = ${parts.length === 0 ? text : JSON.stringify({ [IN_PARTS]: parts.length })}::json
      where scope = ${scope}::text and key = ${key}::text
    `.execute(this.#db);
    if (parts.length === 0) return;
    // Of an answer that the key had before: what was undone may be done again.
    await this.#db
      .deleteFrom('hundredfold.idempotency_keys')
      .where('scope', '=', partsOf({ scope, key }))
      .execute();
    for (const batch of batchesWithin(parts, [REQUEST_BYTES], (part) => [2 * sentBytes(part.text)])) {
      await sql`
        insert into hundredfold.idempotency_keys (scope, key, fingerprint, response)
        select ${partsOf({ scope, key })}::text, p.key, ${fingerprint}::text, to_json(p.text)
        from jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) as p (key text, text text)
      `.execute(this.#db);
    }
  }

  /** Gives a claimed key back inside the caller's transaction, as if it had never come. */
  async forget({ scope, key }: Pick<IdempotencyKey, 'scope' | 'key'>): Promise<void> {
    await this.#db
      .deleteFrom('hundredfold.idempotency_keys')
      .where('scope', '=', scope)
      .where('key', '=', key)
      .execute();
  }

  async #joined(key: Pick<IdempotencyKey, 'scope' | 'key'>): Promise<JsonObject> {
    let text = '';
    for await (const { response } of keptAnswers(this.#db, partsOf(key))) text += String(response);
    return JSON.parse(text);
  }

  /**
   * Forgets keys older than `hours`, but for those of imports: a file's key is its hash, and the same file is imported
   * once however much later it comes again. Returns how many.
   */
  async purge(hours: number): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from hundredfold.idempotency_keys
      where created_at < now() - make_interval(hours => ${hours}::integer) and scope not like '%/examples'
    `.execute(this.#db);
    return Number(numAffectedRows ?? 0n);
  }
}

/** In place of an answer that is kept in parts, with their number: no answer has such a field. */
const IN_PARTS = '(in parts)';

/** Ends as the scope does, by which `purge` knows imports. */
function partsOf({ scope, key }: Pick<IdempotencyKey, 'scope' | 'key'>): string {
  return `parts of ${key} of ${scope}`;
}

/** A long text in pieces, none of which ends within a pair of surrogates. */
function divided(text: string): { key: string; text: string }[] {
  const parts: { key: string; text: string }[] = [];
  for (let from = 0; from < text.length; ) {
    const isWithinPair = /[\ud800-\udbff]/.test(text.charAt(from + PART - 1));
    const to = from + PART - (isWithinPair ? 1 : 0);
    parts.push({ key: placeKey(parts.length), text: text.slice(from, to) });
    from = to;
  }
  return parts;
}
