import { type Kysely, sql } from 'kysely';
import { OverlappingPartsError, SqlState, translating } from '../errors.ts';
import type { Tables } from '../tables.ts';
import { batchesWithin, REQUEST_BYTES, sentBytes } from './batches.ts';

/** A row of an import: `line` tells its place in the file; one of `label` and `value` is null. */
export interface StagedRow {
  readonly line: number;
  readonly inputs: object;
  readonly label: string | null;
  readonly value: number | null;
}

export class ImportRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Puts rows aside for `finish`. Both belong in one transaction, so that an import that breaks off leaves nothing; or
   * `importId` names the staging of a part.
   * @throws OverlappingPartsError where a line is staged already
   */
  async stage(importId: string, rows: readonly StagedRow[]): Promise<void> {
    const texts = rows.map((row) => JSON.stringify(row));
    for (const batch of batchesWithin(texts, [REQUEST_BYTES], (text) => [sentBytes(text) + 1])) {
      const insert = sql`
        insert into hundredfold.staged_examples (import_id, line, inputs, label, value)
        select ${importId}::uuid, r.line, r.inputs, r.label, r.value
        from jsonb_to_recordset(${`[${batch.join(',')}]`}::jsonb)
          as r (line bigint, inputs jsonb, label text, value double precision)
      `.execute(this.#db);
      await translating(insert, { [SqlState.uniqueViolation]: (cause) => new OverlappingPartsError(cause) });
    }
  }

  /**
   * Makes examples of what was staged, and asks for a training where that is due and `train` allows it.
   * `tooManyLabels` are the first lines left out because theirs would have been the 10,001st different label, and
   * `tooManyLabelsTotal` says how many there are. `revision` is that of the definition which the rows were read by; left
   * out, it is the one in force.
   */
  async finish(
    importId: string,
    predictorId: number,
    train: boolean,
    revision: number | null = null,
  ): Promise<{ imported: number; tooManyLabels: number[]; tooManyLabelsTotal: number }> {
    const { rows } = await sql<{ imported: string; shown: string[]; total: number }>`
      select imported, too_many_labels[:1000] as shown, cardinality(too_many_labels) as total
      from hundredfold.finish_import(
        p_import_id => ${importId}::uuid, p_predictor_id => ${predictorId}::integer, p_train => ${train}::boolean,
        p_revision => ${revision}::integer)
    `.execute(this.#db);
    return {
      imported: Number(rows[0]?.imported ?? 0),
      tooManyLabels: (rows[0]?.shown ?? []).map(Number),
      tooManyLabelsTotal: rows[0]?.total ?? 0,
    };
  }
}
