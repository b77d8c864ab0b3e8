import { type Kysely, sql } from 'kysely';
import { SqlState, TooManyLabelsError, translating, WrongTargetKindError } from '../errors.ts';
import type { JsonObject, Tables } from '../tables.ts';

/** An answer to be recorded. With a key it is recorded once, and `response` is what the key gets again. */
export interface NewPrediction {
  readonly id: string;
  readonly predictorId: number;
  readonly revision: number;
  readonly model: number;
  readonly inputs: object;
  readonly answer: object;
  readonly idempotency?: {
    readonly scope: string;
    readonly key: string;
    readonly fingerprint: string;
    readonly response: object;
  };
}

/** What became of a row: recorded now, answered before under its key, or refused since its key had another body. */
export interface RecordedPrediction {
  readonly id: string;
  readonly outcome: 'recorded' | 'replayed' | 'reused';
  readonly response: JsonObject | null;
}

export interface GivenLabel {
  readonly predictor: string;
  readonly source: 'accepted' | 'corrected';
  readonly rank: number | null;
}

/** A known target: one of the two. */
export type Target = { readonly label: string } | { readonly value: number };

export class PredictionRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Records answers in one statement and counts them. `waiting` tells that a dispatch would find something to do.
   * The fates come in no particular order.
   */
  async record(rows: readonly NewPrediction[]): Promise<{ fates: RecordedPrediction[]; waiting: boolean }> {
    const document = rows.map(({ id, predictorId, revision, model, inputs, answer, idempotency }) => ({
      id,
      predictor_id: predictorId,
      revision,
      model,
      inputs,
      answer,
      ...idempotency,
      ...(idempotency === undefined ? {} : { response: JSON.stringify(idempotency.response) }),
    }));
    const result = await sql<RecordedPrediction & { waiting: boolean }>`
      select * from hundredfold.record_predictions(p_rows => ${JSON.stringify(document)}::jsonb)
    `.execute(this.#db);
    return { fates: result.rows, waiting: result.rows[0]?.waiting ?? false };
  }

  /** The prediction as the API shows it, or null. */
  async describe(id: string): Promise<JsonObject | null> {
    const { rows } = await sql<{ shown: JsonObject }>`
      select hundredfold.describe_prediction(p_id => ${id}::uuid) as shown
    `.execute(this.#db);
    return rows[0]?.shown ?? null;
  }

  /**
   * Gives a prediction its label or value, or changes it; null when there is no such prediction.
   *
   * @throws WrongTargetKindError when its target is of the other kind
   * @throws TooManyLabelsError when it would be the 10,001st different label
   */
  async label(id: string, target: Target): Promise<GivenLabel | null> {
    const label = 'label' in target ? target.label : null;
    const value = 'value' in target ? target.value : null;
    const { rows } = await translating(
      sql<GivenLabel>`
        select p.name as predictor, l.source, l.rank
        from hundredfold.label_prediction(
          p_id => ${id}::uuid, p_label => ${label}::text, p_value => ${value}::double precision) l
        join hundredfold.predictors p on p.id = l.predictor_id
      `.execute(this.#db),
      {
        [SqlState.wrongTargetKind]: (cause) => new WrongTargetKindError(cause),
        [SqlState.tooManyLabels]: (cause) => new TooManyLabelsError(cause),
      },
    );
    return rows[0] ?? null;
  }

  /** Erases a prediction and all that hangs on it; false when there is none. */
  async erase(id: string): Promise<boolean> {
    const { rows } = await sql<{ erased: boolean }>`
      select hundredfold.erase_prediction(p_id => ${id}::uuid) as erased
    `.execute(this.#db);
    return rows[0]?.erased ?? false;
  }
}
