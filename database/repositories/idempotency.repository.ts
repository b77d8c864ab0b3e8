import { type Kysely, sql } from 'kysely';
import type { JsonObject, Tables } from '../tables.ts';

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
    return {
      fingerprint: earlier.fingerprint,
      status: earlier.status ?? 200,
      response: earlier.response ?? {},
    };
  }

  /** What a claimed key answers from now on, and to which body; commits with the caller's transaction. */
  async keep({ scope, key, fingerprint }: IdempotencyKey, status: number, response: object): Promise<void> {
    await sql`
      update hundredfold.idempotency_keys set
        fingerprint = ${fingerprint}::text, status = ${status}::integer, response = ${JSON.stringify(response)}::json
      where scope = ${scope}::text and key = ${key}::text
    `.execute(this.#db);
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
