import { type Kysely, sql } from 'kysely';
import { SqlState, translating, UnknownPredictorError } from '../errors.ts';
import type { Tables } from '../tables.ts';

/** How far an import is undone. */
export interface UndoneImport {
  /** Rows of it that are gone, those of earlier steps and rows that were erased one by one among them. */
  readonly rows: number;
  /** Versions of models that learned from them. */
  readonly flaggedModels: readonly number[];
  readonly done: boolean;
}

/** A predictor that was deleted, and how many of its rows are gone by now. */
export interface Deletion {
  readonly id: number;
  readonly name: string;
  /** Higher than that of any pointer written for it. */
  readonly change: number;
  /** No model of it had a higher number. */
  readonly lastVersion: number;
  readonly predictions: number;
  readonly examples: number;
  readonly imports: number;
  readonly models: number;
  readonly retrainings: number;
  readonly spooled: number;
  readonly deletedAt: string;
  /** The database holds nothing of it any more but its numbers. */
  readonly done: boolean;
}

const noPredictor = { [SqlState.predictorGone]: (cause: unknown) => new UnknownPredictorError(cause) };

/** Takes back what was stored. What may be much goes in steps of so many rows, each a statement of its own. */
export class RemovalRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * One step of undoing an import; null where there is none of that id. With the first one its key is free, and nothing learns
   * from its rows any more.
   * @throws UnknownPredictorError
   */
  async undoImport(predictorId: number, importId: string, rows: number): Promise<UndoneImport | null> {
    const { rows: found } = await translating(
      sql<{ rows: string; flagged: number[]; done: boolean }>`
        select rows, flagged, done from hundredfold.undo_import(
          p_predictor_id => ${predictorId}::integer, p_import => ${importId}::bigint, p_rows => ${rows}::integer)
      `.execute(this.#db),
      noPredictor,
    );
    const [undone] = found;
    if (undone === undefined) return null;
    return { rows: Number(undone.rows), flaggedModels: undone.flagged, done: undone.done };
  }

  /**
   * Erases an imported row; null where there is none of that id. Where it is a labelled prediction nothing happens, and
   * `prediction` says which.
   * @throws UnknownPredictorError
   */
  async eraseExample(
    predictorId: number,
    rowId: string,
  ): Promise<{ readonly flaggedModels: readonly number[]; readonly prediction: string | null } | null> {
    const { rows } = await translating(
      sql<{ flagged: number[]; prediction: string | null }>`
        select flagged, prediction from hundredfold.erase_example(
          p_predictor_id => ${predictorId}::integer, p_row => ${rowId}::bigint)
      `.execute(this.#db),
      noPredictor,
    );
    const [erased] = rows;
    return erased === undefined ? null : { flaggedModels: erased.flagged, prediction: erased.prediction };
  }

  /** Deletes a predictor; its rows wait for `purge`. One whose rows still do is found again. Null where there is neither. */
  async deletePredictor(name: string): Promise<Deletion | null> {
    const { rows } = await sql<{ deletion: Deletion | null }>`
      select hundredfold.delete_predictor(p_name => ${name}::text) as deletion
    `.execute(this.#db);
    return rows[0]?.deletion ?? null;
  }

  /** Deleted predictors of which the store may not have been told. */
  async untold(): Promise<Pick<Deletion, 'id' | 'name' | 'change'>[]> {
    const { rows } = await sql<{ id: number; name: string; change: string }>`
      select id, name, change from hundredfold.deleted_predictors where told_at is null order by id limit 1000
    `.execute(this.#db);
    return rows.map(({ id, name, change }) => ({ id, name, change: Number(change) }));
  }

  /** The store says that it is deleted. */
  async told(id: number): Promise<void> {
    await sql`
      update hundredfold.deleted_predictors set told_at = clock_timestamp()
      where id = ${id}::integer and told_at is null
    `.execute(this.#db);
  }

  /** One step of removing the rows of a deleted predictor. @throws UnknownPredictorError for one that never was */
  async purge(id: number, rows: number): Promise<Deletion> {
    const { rows: found } = await sql<{ deletion: Deletion | null }>`
      select hundredfold.purge_predictor(p_id => ${id}::integer, p_rows => ${rows}::integer) as deletion
    `.execute(this.#db);
    const deletion = found[0]?.deletion ?? null;
    if (deletion === null) throw new UnknownPredictorError(null);
    return deletion;
  }

  /** So many of its rows were taken out of the spool. */
  async spooledWent(id: number, rows: number): Promise<void> {
    await sql`
      update hundredfold.deleted_predictors set spooled = spooled + ${rows}::bigint where id = ${id}::integer
    `.execute(this.#db);
  }

  /** One step of whatever was begun and is not done; false where there is nothing. */
  async step(rows: number): Promise<boolean> {
    const { rows: found } = await sql<{ more: boolean }>`
      select hundredfold.take_back_step(p_rows => ${rows}::integer) as more
    `.execute(this.#db);
    return found[0]?.more ?? false;
  }

  /**
   * Deleted predictors whose objects in the store are to be removed: those of which nobody has done it since their rows went,
   * and all that were deleted within `days`, since a trainer that was under way may have stored something afterwards.
   */
  async unpruned(days: number): Promise<Pick<Deletion, 'id' | 'name' | 'lastVersion'>[]> {
    const { rows } = await sql<{ id: number; name: string; lastVersion: number }>`
      select id, name, last_version as "lastVersion" from hundredfold.deleted_predictors
      where pruned_at is null or deleted_at > clock_timestamp() - make_interval(days => ${days}::integer)
      order by id limit 1000
    `.execute(this.#db);
    return rows;
  }

  /** Nothing of its objects is left, as of a look that found its rows gone. */
  async pruned(id: number): Promise<void> {
    await sql`
      update hundredfold.deleted_predictors set pruned_at = clock_timestamp()
      where id = ${id}::integer and purged_at is not null and pruned_at is null
    `.execute(this.#db);
  }
}
