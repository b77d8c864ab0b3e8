import { type Kysely, sql } from 'kysely';
import {
  MissingLabelError,
  SqlState,
  sqlState,
  TooManyLabelsError,
  translating,
  WrongTargetKindError,
} from '../errors.ts';
import { PAGE_BYTES } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';
import { batchesWithin, REQUEST_BYTES, sentBytes } from './batches.ts';

/** A row and its answer as JSON, each a text. */
export interface PredictionJson {
  readonly inputs: string;
  readonly answer: string;
}

/** An answer to be recorded. With a key it is recorded once, and `response` is what the key gets again. */
export interface NewPrediction {
  readonly id: string;
  readonly predictorId: number;
  /** The predictor's name, to be checked: the number alone may be another's, where a database was made anew. */
  readonly predictor?: string;
  readonly revision: number;
  readonly model: number;
  readonly inputs: object;
  readonly answer: object;
  /** Both as JSON, where somebody has written them already. */
  readonly json?: PredictionJson;
  /** Milliseconds since 1970; now, where left out. */
  readonly answeredAt?: number;
  readonly idempotency?: {
    readonly scope: string;
    readonly key: string;
    readonly fingerprint: string;
    /** The answer's JSON, as a text. */
    readonly response: string;
  };
}

/**
 * What became of a row: `recorded`, now or already; `replayed`, since its key was used before with the same body, and
 * `response` is what was answered then; `reused`, since its key came with another body; `erased`, since a prediction
 * of that id was; `predictor_deleted`, since that very one was; `predictor_unknown`. Nothing was written in the last four cases.
 */
export interface RecordedPrediction {
  readonly id: string;
  readonly outcome: 'recorded' | 'replayed' | 'reused' | 'erased' | 'predictor_deleted' | 'predictor_unknown';
  readonly response: string | null;
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
   * Records answers and counts those that are new; the same id twice is one row. In one statement, unless the rows
   * would pass what the Data API takes in a request, or the answers to their keys what it gives in one: then in several,
   * of which a later one may fail alone. The fates come in the order of the rows. `waiting` tells that a dispatch would
   * find something to do.
   */
  async record(rows: readonly NewPrediction[]): Promise<{ fates: RecordedPrediction[]; waiting: boolean }> {
    const documents = rows.map((row) => ({ row, text: documentOf(row) }));
    const batches = fitsOneRequest(documents) ? [documents] : divided(documents);
    const recorded = { fates: [] as RecordedPrediction[], waiting: false };
    for (const batch of batches) {
      const { fates, waiting } = await this.#record(batch);
      recorded.fates.push(...fates);
      recorded.waiting ||= waiting;
    }
    return recorded;
  }

  async #record(batch: readonly Document[]) {
    const statement = sql<Outcome>`
      select * from hundredfold.record_predictions(p_rows => ${`[${batch.map(({ text }) => text).join(',')}]`}::jsonb)
    `;
    // Refused when one of the rows is erased at this very moment; the next look at it sees that.
    const { rows: found } = await statement.execute(this.#db).catch((error: unknown) => {
      if (sqlState(error) !== SqlState.serializationFailure) throw error;
      return statement.execute(this.#db);
    });
    const fates: RecordedPrediction[] = batch.map(({ row }) => ({
      id: row.id,
      outcome: 'recorded',
      response: null,
    }));
    for (const { place, outcome, response } of found) {
      const fate = fates[Number(place) - 1];
      if (fate !== undefined && outcome !== null)
        fates[Number(place) - 1] = { id: fate.id, outcome, response };
    }
    return { fates, waiting: found[0]?.waiting ?? false };
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
   * @throws MissingLabelError when the definition declares it as missing
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
        [SqlState.missingLabel]: (cause) => new MissingLabelError(cause),
      },
    );
    return rows[0] ?? null;
  }

  /**
   * Erases a prediction and all that hangs on it. Returns the versions of the models that learned from it, and are
   * flagged from now on; null when there is no such prediction.
   */
  async erase(id: string): Promise<{ flaggedModels: readonly number[] } | null> {
    const { rows } = await sql<{ flagged: number[] | null }>`
      select hundredfold.erase_prediction(p_id => ${id}::uuid) as flagged
    `.execute(this.#db);
    const flaggedModels = rows[0]?.flagged ?? null;
    return flaggedModels === null ? null : { flaggedModels };
  }
}

/** A row of `record_predictions`: what became of the row at `place` (from 1), where it was not simply recorded. */
interface Outcome {
  readonly place: string;
  readonly outcome: RecordedPrediction['outcome'] | null;
  readonly response: string | null;
  readonly waiting: boolean | null;
}

/** A row, and its JSON as `record_predictions` takes it. */
interface Document {
  readonly row: NewPrediction;
  readonly text: string;
}

/** Escaped once more, a character takes six bytes at most: most statements are so small that this is all to be said. */
function fitsOneRequest(documents: readonly Document[]): boolean {
  let request = 0;
  let answers = 0;
  for (const { row, text } of documents) {
    request += 6 * text.length + 1;
    answers += 6 * (row.idempotency?.response.length ?? 0);
  }
  return request <= REQUEST_BYTES && answers <= PAGE_BYTES;
}

function divided(documents: readonly Document[]): Document[][] {
  return batchesWithin(documents, [REQUEST_BYTES, PAGE_BYTES], ({ row, text }) => [
    sentBytes(text) + 1,
    sentBytes(row.idempotency?.response ?? ''),
  ]);
}

export function predictionJson(inputs: object, answer: unknown): PredictionJson {
  return { inputs: JSON.stringify(inputs), answer: JSON.stringify(answer) };
}

function documentOf(row: NewPrediction): string {
  const { id, predictorId: predictor_id, predictor, revision, model, inputs, answer, idempotency } = row;
  const answered_at = row.answeredAt === undefined ? null : new Date(row.answeredAt).toISOString();
  const head = JSON.stringify({ id, predictor_id, predictor, revision, model, answered_at, ...idempotency });
  const json = row.json ?? predictionJson(inputs, answer);
  return `${head.slice(0, -1)},"inputs":${json.inputs},"answer":${json.answer}}`;
}
