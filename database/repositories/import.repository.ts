import { type Kysely, sql } from 'kysely';
import { OverlappingPartsError, SqlState, translating, UnknownPredictorError } from '../errors.ts';
import { PAGE_BYTES, type Page, type PageRequest, readPage } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';
import { batchesWithin, REQUEST_BYTES, sentAtMost, sentBytes } from './batches.ts';

/** A row of an import: `line` tells its place in the file; one of `label` and `value` is null. */
export interface StagedRow {
  readonly line: number;
  readonly inputs: object;
  readonly label: string | null;
  readonly value: number | null;
}

/** What is noted of an import beside its rows. */
export interface ImportNote {
  /** The name of its file. */
  readonly file: string | null;
  /** Who sent it. */
  readonly by: string | null;
  /** Rows that were refused before they were staged. */
  readonly rejected: number;
  /** The key under which it is not imported again, until it is undone. */
  readonly key: { readonly scope: string; readonly key: string } | null;
}

const NOTHING_NOTED: ImportNote = { file: null, by: null, rejected: 0, key: null };

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
    for (const batch of fitOneRequest(texts) ? [texts] : divided(texts)) {
      const insert = sql`
        insert into hundredfold.staged_examples (import_id, line, inputs, label, value)
        select ${importId}::uuid, r.line, r.inputs, r.label, r.value
        from jsonb_to_recordset(${`[${batch.join(',')}]`}::jsonb)
          as r (line bigint, inputs jsonb, label text, value double precision)
      `.execute(this.#db);
      await translating(insert, { [SqlState.uniqueViolation]: (cause) => new OverlappingPartsError(cause) });
    }
  }

  /** What is staged, in the order of its lines, in pages that an answer of the Data API holds. */
  async *staged(importId: string): AsyncGenerator<StagedRow[]> {
    let after = '-1';
    for (;;) {
      const { rows } = await sql<StagedRow & { place: string }>`
        select line as place, line::double precision as line, inputs, label, value from (
          select *, sum(hundredfold.page_share(inputs, label)) over (order by line) as bytes,
            row_number() over (order by line) as number
          from (
            select line, inputs, label, value from hundredfold.staged_examples
            where import_id = ${importId}::uuid and line > ${after}::bigint order by line limit 1000
          ) as listed
        ) as measured
        where number = 1 or bytes <= ${PAGE_BYTES}::integer
        order by measured.line
      `.execute(this.#db);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = last.place;
    }
  }

  /**
   * Makes examples of what was staged, and asks for a training where that is due and `train` allows it.
   * `tooManyLabels` are the first lines left out because theirs would have been the 10,001st different label, and
   * `tooManyLabelsTotal` says how many there are. `revision` is that of the definition which the rows were read by; left
   * out, it is the one in force.
   * @throws UnknownPredictorError
   */
  async finish(
    importId: string,
    predictorId: number,
    train: boolean,
    revision: number | null = null,
    { file, by, rejected, key }: ImportNote = NOTHING_NOTED,
  ): Promise<{ import: string; imported: number; tooManyLabels: number[]; tooManyLabelsTotal: number }> {
    const about = JSON.stringify({ file, by, rejected, ...key });
    const finish = sql<{ import: string; imported: string; shown: string[]; total: number }>`
      select import, imported, too_many_labels[:1000] as shown, cardinality(too_many_labels) as total
      from hundredfold.finish_import(
        p_import_id => ${importId}::uuid, p_predictor_id => ${predictorId}::integer, p_train => ${train}::boolean,
        p_revision => ${revision}::integer, p_about => ${about}::jsonb)
    `.execute(this.#db);
    const { rows } = await translating(finish, {
      [SqlState.predictorGone]: (cause) => new UnknownPredictorError(cause),
    });
    return {
      import: rows[0]?.import ?? '',
      imported: Number(rows[0]?.imported ?? 0),
      tooManyLabels: (rows[0]?.shown ?? []).map(Number),
      tooManyLabelsTotal: rows[0]?.total ?? 0,
    };
  }

  /**
   * Notes what the rows of an import are equal by, in its transaction. Gives the latest import before it with the same rows, as
   * far as it is whole; or null.
   */
  async noteContent(
    importId: string,
    content: string,
  ): Promise<{ readonly import: string; readonly file: string | null } | null> {
    const { rows } = await sql<{ import: string; file: string | null }>`
      select import, file from hundredfold.note_content(p_import => ${importId}::bigint, p_content => ${content}::text)
    `.execute(this.#db);
    return rows[0] ?? null;
  }

  /** A predictor's imports as the API shows them, newest first. */
  async list(predictorId: number, { limit, cursor }: PageRequest): Promise<Page<JsonObject>> {
    const listed = sql`
      select i.id as key, hundredfold.describe_import(i) as shown, row_number() over (order by i.id desc) as place
      from (
        select * from hundredfold.imports
        where predictor_id = ${predictorId}::integer and (${cursor}::bigint is null or id < ${cursor}::bigint)
        order by id desc limit ${limit + 1}::integer
      ) as i
    `;
    return readPage(this.#db, listed, limit);
  }
}

/** Of most batches that is all to be said, and no row is written once more to be measured. */
function fitOneRequest(texts: readonly string[]): boolean {
  return texts.reduce((most, text) => most + sentAtMost(text) + 1, 0) <= REQUEST_BYTES;
}

function divided(texts: readonly string[]): string[][] {
  return batchesWithin(texts, [REQUEST_BYTES], (text) => [sentBytes(text) + 1]);
}
