import { type Kysely, sql } from 'kysely';
import { LastAdminKeyError, SqlState, translating } from '../errors.ts';
import { type Page, type PageRequest, readPage } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';

export type KeyRole = 'predict' | 'read' | 'admin';

/** What is kept of a key: never its secret. `sha256` is the secret's, in hex. */
export interface StoredKey {
  readonly id: string;
  readonly role: KeyRole;
  readonly sha256: string;
}

/** The keys in force at one instant. `change` rises with every change of them. */
export interface KeysInForce {
  readonly change: number;
  readonly keys: readonly StoredKey[];
}

export class ApiKeyRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Adds a key and returns it as the API shows it; null where its id is another key's. The same one again changes nothing. */
  async add({ id, role, sha256 }: StoredKey, note: string | null): Promise<JsonObject | null> {
    const { rows } = await sql<{ shown: JsonObject | null }>`
      select hundredfold.add_api_key(
        p_id => ${id}::text, p_role => ${role}::text, p_sha256 => ${sha256}::text, p_note => ${note}::text) as shown
    `.execute(this.#db);
    return rows[0]?.shown ?? null;
  }

  /**
   * Revokes a key and returns it as the API shows it, also one that was revoked before; null when there is none.
   * @throws LastAdminKeyError with `keepAdmin`, for the last admin key in force
   */
  async revoke(id: string, keepAdmin: boolean): Promise<JsonObject | null> {
    const { rows } = await translating(
      sql<{ shown: JsonObject | null }>`
        select hundredfold.revoke_api_key(p_id => ${id}::text, p_keep_admin => ${keepAdmin}::boolean) as shown
      `.execute(this.#db),
      { [SqlState.lastAdminKey]: (cause) => new LastAdminKeyError(cause) },
    );
    return rows[0]?.shown ?? null;
  }

  /** All keys as the API shows them, revoked ones too, newest first. */
  async list({ limit, cursor }: PageRequest): Promise<Page<JsonObject>> {
    const listed = sql`
      select k.number as key, hundredfold.describe_api_key(k) as shown,
        row_number() over (order by k.number desc) as place
      from (
        select * from hundredfold.api_keys
        where ${cursor}::bigint is null or number < ${cursor}::bigint
        order by number desc limit ${limit + 1}::integer
      ) as k
    `;
    return readPage(this.#db, listed, limit);
  }

  async inForce(): Promise<KeysInForce> {
    const { rows } = await sql<{ change: string; keys: StoredKey[] }>`
      select change, keys from hundredfold.api_keys_in_force()
    `.execute(this.#db);
    return { change: Number(rows[0]?.change ?? 0), keys: rows[0]?.keys ?? [] };
  }
}
