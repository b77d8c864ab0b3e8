import { type Kysely, sql } from 'kysely';
import { type Page, type PageRequest, toPage } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';

/** A row whose target is known. One of `label` and `value` is null. */
export interface StoredExample {
  readonly rowId: string;
  readonly inputs: JsonObject;
  readonly label: string | null;
  readonly value: number | null;
  readonly source: 'imported' | 'accepted' | 'corrected';
  readonly createdAt: Date;
}

/** A row to learn from. `guessed`: nobody labelled it, its first suggestion stands for the label. */
export interface LearnableRow {
  readonly rowId: string;
  readonly inputs: JsonObject;
  readonly label: string | null;
  readonly value: number | null;
  readonly guessed: boolean;
  /** The champion learned from this row, under whatever label. */
  readonly seen: boolean;
}

export class ExampleRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** A predictor's examples, newest first. */
  async list(predictorId: number, { limit, cursor }: PageRequest): Promise<Page<StoredExample>> {
    const rows = await this.#db
      .selectFrom('hundredfold.examples as e')
      .leftJoin('hundredfold.predictions as p', 'p.id', 'e.prediction_id')
      .where('e.predictor_id', '=', predictorId)
      .$if(cursor !== null, (query) => query.where('e.row_id', '<', cursor))
      .select(['e.row_id as rowId', 'e.label', 'e.value', 'e.source', 'e.created_at as createdAt'])
      .select(({ fn }) => fn.coalesce('e.inputs', 'p.inputs').$castTo<JsonObject>().as('inputs'))
      .orderBy('e.row_id', 'desc')
      .limit(limit + 1)
      .execute();
    return toPage(rows, limit, (row) => row.rowId);
  }

  /**
   * The rows that the definition in force may learn from, in pages by row id, each of at most `pageSize` rows: what
   * `champion` (a version, or null) learned from is marked as seen.
   */
  async *learnable(
    predictorId: number,
    champion: number | null,
    pageSize = 1000,
  ): AsyncGenerator<LearnableRow[]> {
    let after = '0';
    for (;;) {
      const { rows } = await sql<LearnableRow>`
        select row_id as "rowId", inputs, label, value, guessed, seen
        from hundredfold.learnable_rows(
          p_predictor_id => ${predictorId}::integer, p_champion => ${champion}::integer,
          p_after => ${after}::bigint, p_limit => ${pageSize}::integer)
      `.execute(this.#db);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = last.rowId;
    }
  }
}
