import { type Kysely, sql } from 'kysely';
import {
  DefinitionChangedError,
  ModelPrunedError,
  SqlState,
  translating,
  UnknownModelError,
} from '../errors.ts';
import { PAGE_BYTES, type Page, type PageRequest } from '../page.ts';
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
  /** When it last stopped being the champion. */
  readonly retiredAt: Date | null;
  /** When its artifact was given up; the registry alone remembers it since. */
  readonly prunedAt: Date | null;
}

/** Which artifacts are kept, however many there are. */
export interface PruningRules {
  /** The newest ones, by number. */
  readonly keep: number;
  /** Days: all that are younger. */
  readonly keepDays: number;
  /** Days: what served within them, so that one can roll back to it. */
  readonly rollbackDays: number;
  /** What a pointer in the store still names. */
  readonly named: readonly number[];
}

/** What is read of a model: all but the rows it learned from. */
const SHOWN = sql`
  version, status, revision, learner, settings, examples, metrics, sha256, key, size, fingerprint, erased,
  code_version as "codeVersion", trained_at as "trainedAt", promoted_at as "promotedAt", retired_at as "retiredAt",
  pruned_at as "prunedAt"
`;

export class ModelRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** A predictor's models, newest first. */
  async list(predictorId: number, { limit, cursor }: PageRequest): Promise<Page<RegisteredModel>> {
    const { rows } = await sql<RegisteredModel & { more: boolean }>`
      select ${SHOWN}, found > place as more from (
        select *, max(place) over () as found,
          sum(octet_length(settings::text) + octet_length(metrics::text) + 1024) over (order by place) as bytes
        from (
          select *, row_number() over (order by version desc) as place from hundredfold.models
          where predictor_id = ${predictorId}::integer and version < coalesce(${cursor}::integer, 2147483647)
          order by version desc limit ${limit + 1}::integer
        ) as listed
      ) as measured
      where place <= ${limit}::integer and (place = 1 or bytes <= ${PAGE_BYTES}::integer)
      order by place
    `.execute(this.#db);
    const last = rows.at(-1);
    return {
      rows: rows.map(({ more, ...model }) => model),
      next: last?.more === true ? String(last.version) : null,
    };
  }

  /** One model, or null. */
  async find(predictorId: number, version: number): Promise<RegisteredModel | null> {
    const { rows } = await sql<RegisteredModel>`
      select ${SHOWN} from hundredfold.models
      where predictor_id = ${predictorId}::integer and version = ${version}::integer
    `.execute(this.#db);
    return rows[0] ?? null;
  }

  /**
   * Makes a registered model serve, be it newer or older than the one that does.
   *
   * @throws UnknownModelError, ModelPrunedError, DefinitionChangedError when it was made for other inputs or another
   * target
   */
  async promote(predictorId: number, version: number): Promise<void> {
    await translating(
      sql`select hundredfold.promote_model(
        p_predictor_id => ${predictorId}::integer, p_version => ${version}::integer)::text`.execute(this.#db),
      {
        ...absence(version),
        [SqlState.definitionChanged]: (cause) => new DefinitionChangedError(cause),
      },
    );
  }

  /**
   * Keeps a model's artifact until then for whoever will need it, under a name of their own.
   *
   * @throws UnknownModelError, ModelPrunedError
   */
  async pin(predictorId: number, version: number, name: string, until: Date): Promise<void> {
    await translating(
      sql`select hundredfold.pin_model(
        p_predictor_id => ${predictorId}::integer, p_version => ${version}::integer, p_name => ${name}::text,
        p_until => ${until.toISOString()}::timestamptz)::text`.execute(this.#db),
      absence(version),
    );
  }

  /** Needs it no longer; nothing happens where it is not pinned. */
  async unpin(predictorId: number, version: number, name: string): Promise<void> {
    await sql`
      delete from hundredfold.model_pins
      where predictor_id = ${predictorId}::integer and version = ${version}::integer and name = ${name}::text
    `.execute(this.#db);
  }

  /** Marks the models whose artifacts may go, and returns their versions. From then on none of them is promoted. */
  async prune(predictorId: number, { keep, keepDays, rollbackDays, named }: PruningRules): Promise<number[]> {
    const { rows } = await sql<{ version: number }>`
      select version from hundredfold.prune_models(
        p_predictor_id => ${predictorId}::integer,
        p_named => array(select jsonb_array_elements_text(${JSON.stringify(named)}::jsonb)::integer),
        p_keep => ${keep}::integer,
        p_younger => make_interval(secs => 86400 * ${keepDays}::double precision),
        p_rollback => make_interval(secs => 86400 * ${rollbackDays}::double precision))
      order by version
    `.execute(this.#db);
    return rows.map(({ version }) => version);
  }

  /** Which of these objects of the predictor no model needs any more. */
  async removable(predictorId: number, keys: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ key: string }>`
      select key from hundredfold.removable_artifacts(
        p_predictor_id => ${predictorId}::integer,
        p_keys => array(select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb)))
    `.execute(this.#db);
    return rows.map(({ key }) => key);
  }
}

function absence(version: number) {
  return {
    [SqlState.unknownModel]: (cause: unknown) => new UnknownModelError(version, cause),
    [SqlState.modelPruned]: (cause: unknown) => new ModelPrunedError(version, cause),
  };
}
