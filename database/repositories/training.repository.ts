import { type Kysely, sql } from 'kysely';
import {
  ChampionChangedError,
  DefinitionChangedError,
  LeaseLostError,
  SqlState,
  TrainingStoppedError,
  translating,
} from '../errors.ts';
import type { JsonObject, Tables } from '../tables.ts';
import { withRanges } from './row-ranges.ts';

/** A training that is ours until the lease runs out. `token` rises with every claim of any training. */
export interface Claim {
  readonly id: string;
  readonly token: string;
  readonly predictorId: number;
  readonly trigger: 'count' | 'request' | 'first' | 'import';
  readonly revision: number;
  readonly definition: JsonObject;
  readonly signature: string;
  readonly champion: {
    readonly model: number;
    readonly key: string;
    readonly sha256: string;
    readonly fingerprint: string;
  } | null;
  /** The last training that looked at examples: what they were, and which champion it judged against. */
  readonly lastJudged: {
    readonly id: number;
    readonly fingerprint: string;
    readonly champion: number | null;
    readonly revision: number;
    readonly verdict: string;
  } | null;
}

/** What of a claim proves that its training is ours. */
export type Held = Pick<Claim, 'id' | 'token'>;

/** A model to register together with the verdict. */
export interface NewModel {
  readonly version: number;
  readonly status: 'champion' | 'rejected' | 'awaiting-approval';
  readonly revision: number;
  readonly signature: string;
  readonly learner: string;
  readonly settings: object;
  readonly examples: number;
  readonly metrics: object;
  readonly sha256: string;
  readonly key: string;
  readonly size: number;
  readonly code_version: string;
}

export interface Verdict {
  readonly verdict: 'promoted' | 'kept' | 'undecided' | 'unchanged' | 'failed';
  readonly reason: string;
  readonly fingerprint: string | null;
  readonly judgement: object | null;
  /** The champion it was judged against. */
  readonly champion: number | null;
  readonly model: NewModel | null;
  /** The ids of the rows learned from, as PostgreSQL writes an int8multirange. */
  readonly learned: string;
  /** The ids of the labels that they had, written the same way. */
  readonly learnedLabels: string;
}

const leaseErrors = {
  [SqlState.leaseLost]: (cause: unknown) => new LeaseLostError(cause),
  [SqlState.trainingOff]: (cause: unknown) => new TrainingStoppedError(cause),
};

/** The trainer's side of a retraining: claim, hold, publish. Leases run by the database's clock. */
export class TrainingRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Takes the predictor's pending training for `leaseSeconds`; null when there is none, or another trainer has it. */
  async claim(predictor: string, leaseSeconds: number): Promise<Claim | null> {
    const { rows } = await sql<Claim>`
      select id, token, predictor_id as "predictorId", trigger, revision, definition, signature, champion,
        last_judged as "lastJudged"
      from hundredfold.claim_retraining(
        p_predictor => ${predictor}::text, p_lease => make_interval(secs => ${leaseSeconds}::double precision))
    `.execute(this.#db);
    return rows[0] ?? null;
  }

  /** Prolongs the lease and shows progress. @throws LeaseLostError, TrainingStoppedError */
  async renew(claim: Held, leaseSeconds: number, progress: object | null): Promise<void> {
    const shown = progress === null ? null : JSON.stringify(progress);
    await translating(
      sql`select hundredfold.renew_lease(
        p_id => ${claim.id}::bigint, p_token => ${claim.token}::bigint,
        p_lease => make_interval(secs => ${leaseSeconds}::double precision), p_progress => ${shown}::jsonb)::text`.execute(
        this.#db,
      ),
      leaseErrors,
    );
  }

  /** Gives the training back unfinished: the next dispatch asks for it again. */
  async release(claim: Held): Promise<void> {
    await sql`select hundredfold.release_retraining(
      p_id => ${claim.id}::bigint, p_token => ${claim.token}::bigint)::text`.execute(this.#db);
  }

  /** Ends the lease of a trainer that is known to be dead; the attempt counts. */
  async abandon({ id, token }: Held): Promise<void> {
    await sql`select hundredfold.abandon_retraining(
      p_id => ${id}::bigint, p_token => ${token}::bigint)::text`.execute(this.#db);
  }

  /** The number of the model to be published. @throws LeaseLostError, TrainingStoppedError */
  async reserveVersion(claim: Claim): Promise<number> {
    const { rows } = await translating(
      sql<{ version: number }>`select hundredfold.reserve_version(
        p_id => ${claim.id}::bigint, p_token => ${claim.token}::bigint) as version`.execute(this.#db),
      leaseErrors,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('no version was given');
    return row.version;
  }

  /**
   * Ends the training; with a model that is to serve, switches the champion in the same transaction.
   *
   * @throws LeaseLostError, DefinitionChangedError, ChampionChangedError, TrainingStoppedError: nothing was written
   */
  async finish(claim: Held, verdict: Verdict): Promise<void> {
    const judgement = verdict.judgement === null ? null : JSON.stringify(verdict.judgement);
    const model = verdict.model === null ? null : JSON.stringify(verdict.model);
    const sets = { learned: verdict.learned, learned_labels: verdict.learnedLabels };
    const finished = withRanges(this.#db, sets, async (db, { learned, learned_labels }) => {
      await sql`select hundredfold.finish_retraining(
        p_id => ${claim.id}::bigint, p_token => ${claim.token}::bigint,
        p_verdict => ${verdict.verdict}::text, p_reason => ${verdict.reason}::text,
        p_fingerprint => ${verdict.fingerprint}::text, p_judgement => ${judgement}::jsonb,
        p_champion => ${verdict.champion}::integer, p_model => ${model}::jsonb,
        p_learned => ${learned}, p_learned_labels => ${learned_labels})::text`.execute(db);
    });
    await translating(finished, {
      ...leaseErrors,
      [SqlState.definitionChanged]: (cause) => new DefinitionChangedError(cause),
      [SqlState.championChanged]: (cause) => new ChampionChangedError(cause),
    });
  }
}
