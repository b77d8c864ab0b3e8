import { type Kysely, sql } from 'kysely';
import { LeaseLostError, SqlState, TrainingStoppedError, translating } from '../errors.ts';
import type { JsonObject, Tables } from '../tables.ts';
import type { Held } from './training.repository.ts';

/** A model that is ours to make again until the lease runs out, with all that its training was given. */
export interface Reproduction {
  readonly id: string;
  readonly token: string;
  readonly predictorId: number;
  readonly model: number;
  readonly revision: number;
  readonly definition: JsonObject;
  /** The hash of the model's bytes, as it was registered. */
  readonly expected: string;
  readonly codeVersion: string;
  /** False for a model that was trained before the labels of its rows were kept. */
  readonly labelsKnown: boolean;
  /** False where it is not known which champion, if any, it was judged against. */
  readonly judged: boolean;
  readonly champion: { readonly model: number; readonly key: string; readonly sha256: string } | null;
}

const leaseErrors = {
  [SqlState.leaseLost]: (cause: unknown) => new LeaseLostError(cause),
  [SqlState.trainingOff]: (cause: unknown) => new TrainingStoppedError(cause),
};

/** Models made again from what they learned from, to see whether the bytes are equal. */
export class ReproductionRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Asks for one, and returns it as the API shows it: the one that is under way, if there is one. Null when there is no
   * such model.
   */
  async request(predictorId: number, model: number): Promise<JsonObject | null> {
    const { rows } = await sql<{ shown: JsonObject | null }>`
      select hundredfold.request_reproduction(
        p_predictor_id => ${predictorId}::integer, p_model => ${model}::integer) as shown
    `.execute(this.#db);
    return rows[0]?.shown ?? null;
  }

  /** One of a model's reproductions as the API shows it, or null. */
  async find(predictorId: number, model: number, id: string): Promise<JsonObject | null> {
    const { rows } = await sql<{ shown: JsonObject }>`
      select hundredfold.describe_reproduction(r) as shown from hundredfold.reproductions r
      where r.predictor_id = ${predictorId}::integer and r.model = ${model}::integer and r.id = ${id}::bigint
    `.execute(this.#db);
    return rows[0]?.shown ?? null;
  }

  /** Puts back those whose trainer died and invokes the train function for what waits. Outside any transaction. */
  async dispatch(): Promise<void> {
    await sql`call hundredfold.dispatch_reproductions()`.execute(this.#db);
  }

  /** Those that have not ended, oldest first. */
  async unfinished(): Promise<{ predictor: string; reproduction: string }[]> {
    const { rows } = await sql<{ predictor: string; reproduction: string }>`
      select p.name as predictor, r.id as reproduction
      from hundredfold.reproductions r join hundredfold.predictors p on p.id = r.predictor_id
      where r.status <> 'finished' and p.name is not null order by r.id
    `.execute(this.#db);
    return rows;
  }

  /** Takes it for `leaseSeconds`; null when it is done, another trainer has it, or training is switched off. */
  async claim(id: string, leaseSeconds: number): Promise<Reproduction | null> {
    const { rows } = await sql<Reproduction>`
      select id, token, predictor_id as "predictorId", model, revision, definition, expected,
        code_version as "codeVersion", labels_known as "labelsKnown", judged, champion
      from hundredfold.claim_reproduction(
        p_id => ${id}::bigint, p_lease => make_interval(secs => ${leaseSeconds}::double precision))
    `.execute(this.#db);
    return rows[0] ?? null;
  }

  /** Prolongs the lease and shows progress. @throws LeaseLostError, TrainingStoppedError */
  async renew({ id, token }: Held, leaseSeconds: number, progress: object | null): Promise<void> {
    const shown = progress === null ? null : JSON.stringify(progress);
    await translating(
      sql`select hundredfold.renew_reproduction(
        p_id => ${id}::bigint, p_token => ${token}::bigint,
        p_lease => make_interval(secs => ${leaseSeconds}::double precision), p_progress => ${shown}::jsonb)::text`.execute(
        this.#db,
      ),
      leaseErrors,
    );
  }

  /** Gives it back untried. */
  async release({ id, token }: Held): Promise<void> {
    await sql`select hundredfold.release_reproduction(
      p_id => ${id}::bigint, p_token => ${token}::bigint)::text`.execute(this.#db);
  }

  /** Ends it: with the hash of what was made, or null where it could not be tried. @throws LeaseLostError */
  async finish({ id, token }: Held, sha256: string | null, reason: string): Promise<void> {
    await translating(
      sql`select hundredfold.finish_reproduction(
        p_id => ${id}::bigint, p_token => ${token}::bigint, p_sha256 => ${sha256}::text,
        p_reason => ${reason}::text)::text`.execute(this.#db),
      leaseErrors,
    );
  }
}
