import { type Kysely, sql } from 'kysely';
import type { Json, JsonObject, Tables } from '../tables.ts';
import type { IdempotencyKey } from './idempotency.repository.ts';
import { keptAnswers, placeKey } from './kept-answers.ts';

/** A key that was taken for a call of many rows: by which body, and for how many rows. */
export interface TakenKey {
  readonly fingerprint: string;
  readonly rows: number;
  /** Was it taken before? */
  readonly isRepeated: boolean;
}

/** Keys of calls that record many rows: the call's own, and one for each row, with which the row is recorded. */
export class RowKeyRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Takes a key for a call of `rows` rows, unless it is taken; says whose it is. Where rows of it were recorded while its own
   * key could not be taken, it is theirs.
   */
  async claim(key: IdempotencyKey, rows: number): Promise<TakenKey> {
    const { rows: taken } = await sql<{ fingerprint: string; before: boolean }>`
      with before as (
        select fingerprint from hundredfold.idempotency_keys where scope = ${scopeOf(key)}::text limit 1
      )
      insert into hundredfold.idempotency_keys (scope, key, fingerprint, response)
      select ${key.scope}::text, ${key.key}::text, coalesce((select fingerprint from before), ${key.fingerprint}::text),
        ${JSON.stringify({ rows })}::json
      on conflict (scope, key) do nothing
      returning fingerprint, exists (select from before) as before
    `.execute(this.#db);
    const [mine] = taken;
    if (mine !== undefined) return { fingerprint: mine.fingerprint, rows, isRepeated: mine.before };
    // Purged between the two statements: the key is free again.
    return (await this.find(key)) ?? this.claim(key, rows);
  }

  /** Whose a key is; null where it is nobody's. */
  async find({ scope, key }: Pick<IdempotencyKey, 'scope' | 'key'>): Promise<TakenKey | null> {
    const taken = await this.#db
      .selectFrom('hundredfold.idempotency_keys')
      .where('scope', '=', scope)
      .where('key', '=', key)
      .select(['fingerprint', 'response'])
      .executeTakeFirst();
    if (taken === undefined) return null;
    return { fingerprint: taken.fingerprint, rows: Number(taken.response?.rows ?? 0), isRepeated: true };
  }

  /** What the rows of a call were answered, by their place from 0. */
  async answers(call: IdempotencyKey): Promise<Map<number, JsonObject>> {
    const answers = new Map<number, JsonObject>();
    for await (const { key, fingerprint, response } of keptAnswers(this.#db, scopeOf(call))) {
      if (fingerprint === call.fingerprint && isObject(response)) answers.set(Number(key), response);
    }
    return answers;
  }
}

/** The key of the row at a place, from 0. */
export function rowKey(call: IdempotencyKey, place: number): IdempotencyKey {
  return { scope: scopeOf(call), key: placeKey(place), fingerprint: call.fingerprint };
}

/** No key has a blank, so this is no other scope's name. */
function scopeOf({ scope, key }: Pick<IdempotencyKey, 'scope' | 'key'>): string {
  return `rows of ${key} of ${scope}`;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
