import { type Kysely, sql } from 'kysely';
import { LeaseLostError, SqlState, translating } from '../errors.ts';
import { PAGE_BYTES } from '../page.ts';
import type { Tables } from '../tables.ts';
import type { Held } from './training.repository.ts';

/** What warnings are about: the revision of the definition by which the rows were read. */
export interface WarnedRows {
  readonly predictorId: number;
  readonly revision: number;
}

/** The moment at which rows were read. */
export interface Reading {
  /** The imports with warnings of their own, all of whose rows could be read. */
  readonly imports: readonly string[];
  /** How often rows had been erased. */
  readonly erasures: string;
}

/** What a person should look at in a predictor's rows, as trainings and imports saw it. */
export class WarningRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Notes what an import saw of its rows, in its transaction. */
  async noteImport(
    importId: number,
    { predictorId, revision }: WarnedRows,
    warnings: readonly object[],
  ): Promise<void> {
    await sql`
      insert into hundredfold.import_warnings (import, predictor_id, revision, warnings)
      values (${importId}::bigint, ${predictorId}::integer, ${revision}::integer, ${JSON.stringify(warnings)}::jsonb)
    `.execute(this.#db);
  }

  /** What has to be known of the moment at which a training reads its rows: read with them, in one transaction. */
  async reading(predictorId: number): Promise<Reading> {
    const { rows } = await sql<{ imports: string[]; erasures: string }>`
      select hundredfold.erasures(${predictorId}::integer) as erasures,
        coalesce(array_agg(import::text), '{}') as imports
      from hundredfold.import_warnings where predictor_id = ${predictorId}::integer
    `.execute(this.#db);
    return { imports: rows[0]?.imports ?? [], erasures: rows[0]?.erasures ?? '0' };
  }

  /** Notes what a training saw of all rows, in the place of what was seen before. @throws LeaseLostError */
  async noteTraining(
    claim: Held,
    revision: number,
    warnings: readonly object[],
    { imports, erasures }: Reading,
  ): Promise<void> {
    const noted = sql`
      select hundredfold.note_warnings(
        p_id => ${claim.id}::bigint, p_token => ${claim.token}::bigint, p_revision => ${revision}::integer,
        p_warnings => ${JSON.stringify(warnings)}::jsonb, p_imports => ${`{${imports.join(',')}}`}::bigint[],
        p_erasures => ${erasures}::bigint)::text
    `.execute(this.#db);
    await translating(noted, { [SqlState.leaseLost]: (cause) => new LeaseLostError(cause) });
  }

  /** Which of these labels examples of a predictor have or had. */
  async knownAmong(predictorId: number, labels: readonly string[]): Promise<string[]> {
    const { rows } = await sql<{ label: string }>`
      select k.label from hundredfold.known_labels k
      where k.predictor_id = ${predictorId}::integer
        and k.label in (select jsonb_array_elements_text(${JSON.stringify(labels)}::jsonb))
    `.execute(this.#db);
    return rows.map(({ label }) => label);
  }

  /** All labels that examples of a predictor have or had. */
  async knownLabels(predictorId: number): Promise<string[]> {
    const labels: string[] = [];
    for (;;) {
      const { rows } = await sql<{ label: string }>`
        select label from (
          select label, sum(octet_length(label) + 16) over (order by label) as bytes, row_number() over (order by label) as place
          from (
            select label from hundredfold.known_labels
            where predictor_id = ${predictorId}::integer and label > ${labels.at(-1) ?? ''}::text
            order by label limit 10000
          ) as listed
        ) as measured
        where place = 1 or bytes <= ${PAGE_BYTES}::integer
        order by label
      `.execute(this.#db);
      if (rows.length === 0) return labels;
      labels.push(...rows.map(({ label }) => label));
    }
  }
}
