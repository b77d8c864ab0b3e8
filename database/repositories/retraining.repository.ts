import { type Kysely, sql } from 'kysely';
import { SqlState, translating, UnknownPredictorError } from '../errors.ts';
import { type Page, type PageRequest, readPage } from '../page.ts';
import type { JsonObject, Tables } from '../tables.ts';

export class RetrainingRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /** Asks for a training because a person did. Returns the request as the API shows it. @throws UnknownPredictorError */
  async request(predictorId: number): Promise<JsonObject> {
    const requested = sql<{ shown: JsonObject }>`
      with made as (
        insert into hundredfold.retrainings (predictor_id, trigger)
        values (${predictorId}::integer, 'request') returning *
      )
      select hundredfold.describe_retraining(made::hundredfold.retrainings) as shown from made
    `.execute(this.#db);
    const { rows } = await translating(requested, {
      [SqlState.foreignKeyViolation]: (cause) => new UnknownPredictorError(cause),
    });
    const [row] = rows;
    if (row === undefined) throw new Error('the request was not written');
    return row.shown;
  }

  /** A predictor's retrainings as the API shows them, newest first. */
  async list(predictorId: number, { limit, cursor }: PageRequest): Promise<Page<JsonObject>> {
    const listed = sql`
      select r.id as key, hundredfold.describe_retraining(r) as shown, row_number() over (order by r.id desc) as place
      from (
        select * from hundredfold.retrainings
        where predictor_id = ${predictorId}::integer and (${cursor}::bigint is null or id < ${cursor}::bigint)
        order by id desc limit ${limit + 1}::integer
      ) as r
    `;
    return readPage(this.#db, listed, limit);
  }

  /** Invokes the train function for whatever is pending. Outside any transaction: it makes network calls. */
  async dispatch(): Promise<{ failed: boolean }> {
    const { rows } = await sql<{ p_failed: number }>`call hundredfold.dispatch_retrainings()`.execute(
      this.#db,
    );
    return { failed: rows[0]?.p_failed === 1 };
  }

  /**
   * Puts back the trainings whose trainer died, then dispatches. `failed`: how many died for good; `unsent`: the train
   * function could not be invoked.
   */
  async sweep(): Promise<{ failed: number; unsent: boolean }> {
    const { rows } = await sql<{ p_failed: number; p_unsent: number }>`
      call hundredfold.sweep_retrainings()`.execute(this.#db);
    return { failed: rows[0]?.p_failed ?? 0, unsent: rows[0]?.p_unsent === 1 };
  }

  /** Why the newest request that waits could not be sent; null where none says so. */
  async lastError(): Promise<string | null> {
    const { rows } = await sql<{ why: string }>`
      select last_error as why from hundredfold.retrainings
      where status = 'requested' and last_error is not null order by id desc limit 1`.execute(this.#db);
    return rows[0]?.why ?? null;
  }

  /** Is training switched on? */
  async trainingIsOn(): Promise<boolean> {
    const { rows } = await sql<{ on: boolean }>`select hundredfold.training_is_on() as "on"`.execute(
      this.#db,
    );
    return rows[0]?.on ?? true;
  }

  /** Switches all training on or off; answering goes on either way. */
  async switchTraining(on: boolean): Promise<void> {
    await sql`select hundredfold.switch_training(p_on => ${on}::boolean)::text`.execute(this.#db);
  }

  /** The predictors that have asked for a training which has not ended, by name. */
  async unfinished(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('hundredfold.retrainings as r')
      .innerJoin('hundredfold.predictors as p', 'p.id', 'r.predictor_id')
      .where('r.status', '<>', 'finished')
      .where('p.name', 'is not', null)
      .select('p.name')
      .distinct()
      .orderBy('p.name')
      .$narrowType<{ name: string }>()
      .execute();
    return rows.map((row) => row.name);
  }

  /**
   * Which function `dispatch` invokes: an ARN on AWS, any name where the stand-in notifies a local runtime; null where the
   * database reaches none, and somebody else hands out the work.
   */
  async setTrainFunction(name: string | null): Promise<void> {
    if (name === null) {
      await this.#db.deleteFrom('hundredfold.settings').where('name', '=', 'train_function').execute();
      return;
    }
    await this.#db
      .insertInto('hundredfold.settings')
      .values({ name: 'train_function', value: name })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: name }))
      .execute();
  }
}
