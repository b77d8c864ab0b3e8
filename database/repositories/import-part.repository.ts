import { type Kysely, sql } from 'kysely';
import { SqlState, translating, UnknownPredictorError } from '../errors.ts';
import type { JsonObject, Tables } from '../tables.ts';

/** Which import: `name` is its key and whatever else makes it another one. */
export interface PartedImport {
  readonly predictorId: number;
  /** Of the definition that the rows are read by. */
  readonly revision: number;
  readonly name: string;
}

/** A part that was staged: how many rows, the lines of the first and the last of them, and what it was answered. */
export interface StagedPart {
  readonly part: number;
  readonly fingerprint: string;
  readonly revision: number;
  readonly staged: number;
  readonly firstLine: number | null;
  readonly lastLine: number | null;
  readonly answer: object;
}

/** An import at its end: what is missing of its parts, and what their answers said together. */
export interface ClosedParts {
  /** Where its rows are staged; null where no part of it came. */
  readonly staging: string | null;
  readonly missing: readonly number[];
  readonly rejected: readonly { readonly line: number; readonly reason: string }[];
  readonly rejectedTotal: number;
  readonly ignoredColumns: readonly string[];
}

/** Imports that come in parts: each part is a transaction, and so is the call that makes examples of them all. */
export class ImportPartRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Opens a part within the caller's transaction, to whose end it locks the import: `earlier` is the answer where the same
   * part was staged before, and else its rows belong under `staging`.
   * @throws UnknownPredictorError
   */
  async begin(
    { predictorId, name, revision }: PartedImport,
    part: number,
    fingerprint: string,
  ): Promise<{ staging: string; earlier: JsonObject | null }> {
    const begun = sql<{ staging: string; earlier: JsonObject | null }>`
      select staging, earlier from hundredfold.begin_part(
        p_predictor_id => ${predictorId}::integer, p_name => ${name}::text, p_part => ${part}::integer,
        p_fingerprint => ${fingerprint}::text, p_revision => ${revision}::integer)
    `.execute(this.#db);
    const { rows } = await translating(begun, {
      [SqlState.foreignKeyViolation]: (cause) => new UnknownPredictorError(cause),
    });
    const [row] = rows;
    if (row === undefined) throw new Error('begin_part() returned no row');
    return row;
  }

  /** Says that a part is there; commits with its rows. */
  async keep(staging: string, part: StagedPart): Promise<void> {
    await sql`
      insert into hundredfold.import_parts
        (import_id, part, fingerprint, revision, staged, first_line, last_line, answer)
      values (
        ${staging}::uuid, ${part.part}::integer, ${part.fingerprint}::text, ${part.revision}::integer,
        ${part.staged}::bigint, ${part.firstLine}::bigint, ${part.lastLine}::bigint,
        ${JSON.stringify(part.answer)}::json)
    `.execute(this.#db);
  }

  /** Locks an import for its end, in the caller's transaction. */
  async close({ predictorId, name, revision }: PartedImport, parts: number): Promise<ClosedParts> {
    const { rows } = await sql<{
      staging: string | null;
      missing: number[];
      rejected: { line: number; reason: string }[];
      rejected_total: string;
      ignored_columns: string[] | null;
    }>`
      select staging, missing, rejected, rejected_total, ignored_columns from hundredfold.close_parts(
        p_predictor_id => ${predictorId}::integer, p_name => ${name}::text, p_parts => ${parts}::integer,
        p_revision => ${revision}::integer)
    `.execute(this.#db);
    const [row] = rows;
    if (row === undefined) throw new Error('close_parts() returned no row');
    return {
      staging: row.staging,
      missing: row.missing.map(Number),
      rejected: row.rejected,
      rejectedTotal: Number(row.rejected_total),
      ignoredColumns: row.ignored_columns ?? [],
    };
  }

  /** Forgets the parts of an import whose rows have become examples. */
  async forget(staging: string): Promise<void> {
    await sql`delete from hundredfold.part_imports where id = ${staging}::uuid`.execute(this.#db);
  }

  /** Forgets imports of which no part came for `hours`, with their rows. Returns how many. */
  async purge(hours: number): Promise<number> {
    const { rows } = await sql<{ forgotten: string }>`
      select hundredfold.forget_parts(p_hours => ${hours}::integer) as forgotten
    `.execute(this.#db);
    return Number(rows[0]?.forgotten ?? 0);
  }
}
