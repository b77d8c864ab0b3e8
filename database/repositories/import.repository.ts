import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

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

  /** Puts rows aside for `finish`. Both belong in one transaction, so that an import that breaks off leaves nothing. */
  async stage(importId: string, rows: readonly StagedRow[]): Promise<void> {
    await sql`
      insert into hundredfold.staged_examples (import_id, line, inputs, label, value)
      select ${importId}::uuid, r.line, r.inputs, r.label, r.value
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (line bigint, inputs jsonb, label text, value double precision)
    `.execute(this.#db);
  }

  /**
   * Makes examples of what was staged, and asks for a training where that is due and `train` allows it.
   * `tooManyLabels` are the lines left out because theirs would have been the 10,001st different label. `revision` is
   * that of the definition which the rows were read by; left out, it is the one in force.
   */
  async finish(
    importId: string,
    predictorId: number,
    train: boolean,
    revision: number | null = null,
  ): Promise<{ imported: number; tooManyLabels: number[] }> {
    const { rows } = await sql<{ imported: string; too_many_labels: string[] }>`
      select * from hundredfold.finish_import(
        p_import_id => ${importId}::uuid, p_predictor_id => ${predictorId}::integer, p_train => ${train}::boolean,
        p_revision => ${revision}::integer)
    `.execute(this.#db);
    return {
      imported: Number(rows[0]?.imported ?? 0),
      tooManyLabels: (rows[0]?.too_many_labels ?? []).map(Number),
    };
  }
}
