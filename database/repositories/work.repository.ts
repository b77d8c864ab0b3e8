import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** A retraining or a reproduction that is to be sent to the train function: one of the two ids is null. */
export interface Work {
  readonly retraining: string | null;
  readonly reproduction: string | null;
  readonly predictor: string;
}

/** What waits, all in all. */
export interface WorkLeft {
  readonly pending: boolean;
  /** Until then a pace holds all of it back, in milliseconds since 1970; null where some of it may be sent or runs. */
  readonly notBefore: number | null;
  /** For how long the oldest of what may be sent has waited for a trainer, in seconds. */
  readonly waitingSeconds: number;
}

/** What the train function has to be invoked for, for whoever invokes it in the database's place. */
export class WorkRepository {
  readonly #db: Kysely<Tables>;

  constructor(db: Kysely<Tables>) {
    this.#db = db;
  }

  /**
   * Takes the next piece as sent, or null; `force` also within the pause after a failure. Say by `handedOver` what became
   * of it; what nobody says anything of is handed out again after a minute.
   */
  async handOut({ force = false } = {}): Promise<Work | null> {
    const { rows } = await sql<Work>`
      select retraining, reproduction, predictor from hundredfold.hand_out_work(p_force => ${force}::boolean)
    `.execute(this.#db);
    return rows[0] ?? null;
  }

  /** The train function took it, or, with an error, did not. */
  async handedOver({ retraining, reproduction }: Work, error: string | null): Promise<void> {
    await sql`select hundredfold.work_handed_over(
      p_retraining => ${retraining}::bigint, p_reproduction => ${reproduction}::bigint,
      p_error => ${error}::text)::text`.execute(this.#db);
  }

  /** What waits now. */
  async left(): Promise<WorkLeft> {
    const { rows } = await sql<{ pending: boolean; notBefore: Date | null; waitingSeconds: number }>`
      select pending, not_before as "notBefore", waiting_seconds as "waitingSeconds"
      from hundredfold.pending_work()
    `.execute(this.#db);
    const [row] = rows;
    if (row === undefined) throw new Error('pending_work() answered nothing');
    return { ...row, notBefore: row.notBefore?.getTime() ?? null };
  }
}
