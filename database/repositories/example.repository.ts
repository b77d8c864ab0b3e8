import { type Kysely, sql } from 'kysely';
import { PAGE_BYTES, type Page, type PageRequest } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';

/** A row whose target is known. One of `label` and `value` is null; `predictionId` is null for an imported row. */
export interface StoredExample {
  readonly rowId: string;
  readonly predictionId: string | null;
  readonly inputs: JsonObject;
  readonly label: string | null;
  readonly value: number | null;
  readonly source: 'imported' | 'accepted' | 'corrected';
  readonly createdAt: Date;
}

/** A row to learn from. `guessed`: nobody labelled it, its first suggestion stands for the label. */
export interface LearnableRow {
  readonly rowId: string;
  /** The label in force, of all that the row was given; null for an imported row, and for a guess. */
  readonly labelId: string | null;
  readonly inputs: JsonObject;
  readonly label: string | null;
  readonly value: number | null;
  readonly guessed: boolean;
  /** The champion learned from this row, under whatever label. */
  readonly seen: boolean;
}

/** A row that a model learned from, with the label that it had then. Of an erased row there is its id alone. */
export interface LearnedRow {
  readonly rowId: string;
  readonly predictionId: string | null;
  readonly inputs: JsonObject | null;
  readonly label: string | null;
  readonly value: number | null;
  /** Null where it is not known: the model was trained before labels were kept with it. */
  readonly source: 'imported' | 'accepted' | 'corrected' | 'predicted' | null;
  /** Another model, the one asked about, learned from it too. */
  readonly seen: boolean;
  readonly erased: boolean;
}

/** Which rows to learn from: by which revision of the definition, and which champion (a version) has seen which. */
export interface LearnableRequest {
  readonly predictorId: number;
  readonly revision: number;
  readonly champion: number | null;
}

/** Which examples to list; all where nothing is given. */
export interface ExampleFilter {
  /** Those of this import, by its id. */
  readonly importId?: string | null;
  /** Those of this label; where it is a number, those of this value, too. */
  readonly label?: string | null;
  /** Those whose inputs hold this text, in any case. */
  readonly text?: string | null;
}

export class ExampleRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * A predictor's examples, newest first. A page of large rows is shorter than it may be, and so is one of a text that stands
   * in few of many rows: it may even be empty, and have a next one.
   */
  async list(
    predictorId: number,
    { limit, cursor }: PageRequest,
    { importId = null, label = null, text = null }: ExampleFilter = {},
  ): Promise<Page<StoredExample>> {
    const value = label === null || label.trim() === '' ? Number.NaN : Number(label);
    const { rows } = await sql<StoredExample & { more: boolean }>`
      select row_id as "rowId", prediction_id as "predictionId", inputs, label, value, source,
        created_at as "createdAt", more
      from hundredfold.stored_examples(
        p_predictor_id => ${predictorId}::integer, p_before => ${cursor}::bigint, p_limit => ${limit}::integer,
        p_bytes => ${PAGE_BYTES}::integer, p_import => ${importId}::bigint, p_label => ${label}::text,
        p_value => ${Number.isFinite(value) ? value : null}::double precision, p_text => ${text}::text)
    `.execute(this.#db);
    const page = pageByRow(rows);
    return { ...page, rows: page.rows.filter(({ inputs }) => inputs !== null) };
  }

  /**
   * The rows that may be learned from, in pages by row id, each of at most `rows` rows and 1 MiB of answer. Read them in
   * one transaction that sees one instant.
   */
  async *learnable(
    { predictorId, revision, champion }: LearnableRequest,
    page: { readonly rows?: number; readonly bytes?: number } = {},
  ): AsyncGenerator<LearnableRow[]> {
    let after = '0';
    for (;;) {
      const { rows } = await sql<LearnableRow>`
        select row_id as "rowId", label_id as "labelId", inputs, label, value, guessed, seen
        from hundredfold.learnable_rows(
          p_predictor_id => ${predictorId}::integer, p_revision => ${revision}::integer,
          p_champion => ${champion}::integer, p_after => ${after}::bigint,
          p_limit => ${page.rows ?? 1000}::integer, p_bytes => ${page.bytes ?? PAGE_BYTES}::integer)
      `.execute(this.#db);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = last.rowId;
    }
  }

  /**
   * A page of the rows that a model learned from, newest first; `seen` tells of those that model `champion` learned
   * from too.
   */
  async learned(
    predictorId: number,
    model: number,
    { limit, cursor }: PageRequest,
    champion: number | null = null,
  ): Promise<Page<LearnedRow>> {
    const { rows } = await sql<LearnedRow & { more: boolean }>`
      select row_id as "rowId", prediction_id as "predictionId", inputs, label, value, source, seen, erased, more
      from hundredfold.learned_rows(
        p_predictor_id => ${predictorId}::integer, p_model => ${model}::integer, p_champion => ${champion}::integer,
        p_before => ${cursor}::bigint, p_limit => ${limit}::integer, p_bytes => ${PAGE_BYTES}::integer)
    `.execute(this.#db);
    return pageByRow(rows);
  }
}

function pageByRow<T extends { readonly rowId: string }>(
  rows: readonly (T & { readonly more: boolean })[],
): Page<T> {
  const last = rows.at(-1);
  return { rows, next: last?.more === true ? last.rowId : null };
}
