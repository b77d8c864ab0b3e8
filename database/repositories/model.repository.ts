import { type Kysely, sql } from 'kysely';
import { DefinitionChangedError, SqlState, translating, UnknownModelError } from '../errors.ts';
import { type Page, type PageRequest, toPage } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';

/** A registered model. `erased` counts the rows it learned from that were erased since. */
export interface RegisteredModel {
  readonly version: number;
  readonly status: 'champion' | 'retired' | 'rejected' | 'awaiting-approval';
  readonly revision: number;
  readonly learner: string;
  readonly settings: JsonObject;
  readonly examples: number;
  readonly metrics: JsonObject;
  readonly sha256: string;
  readonly key: string;
  readonly size: string;
  readonly fingerprint: string;
  readonly erased: number;
  readonly codeVersion: string;
  readonly trainedAt: Date;
  readonly promotedAt: Date | null;
}

export class ModelRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** A predictor's models, newest first. */
  async list(predictorId: number, { limit, cursor }: PageRequest): Promise<Page<RegisteredModel>> {
    const rows = await this.#models(predictorId)
      .$if(cursor !== null, (query) => query.where('version', '<', Number(cursor)))
      .orderBy('version', 'desc')
      .limit(limit + 1)
      .execute();
    return toPage(rows, limit, (row) => row.version);
  }

  /** One model, or null. */
  async find(predictorId: number, version: number): Promise<RegisteredModel | null> {
    const row = await this.#models(predictorId).where('version', '=', version).executeTakeFirst();
    return row ?? null;
  }

  /**
   * Makes a registered model serve, be it newer or older than the one that does.
   *
   * @throws UnknownModelError, DefinitionChangedError when it was made for other inputs or another target
   */
  async promote(predictorId: number, version: number): Promise<void> {
    await translating(
      sql`select hundredfold.promote_model(
        p_predictor_id => ${predictorId}::integer, p_version => ${version}::integer)`.execute(this.#db),
      {
        [SqlState.unknownModel]: (cause) => new UnknownModelError(version, cause),
        [SqlState.definitionChanged]: (cause) => new DefinitionChangedError(cause),
      },
    );
  }

  #models(predictorId: number) {
    return this.#db
      .selectFrom('hundredfold.models')
      .where('predictor_id', '=', predictorId)
      .select([
        'version',
        'status',
        'revision',
        'learner',
        'settings',
        'examples',
        'metrics',
        'sha256',
        'key',
        'size',
      ])
      .select(['fingerprint', 'erased', 'code_version as codeVersion', 'trained_at as trainedAt'])
      .select('promoted_at as promotedAt');
  }
}
