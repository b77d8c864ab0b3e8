import type { IdempotencyKey, JsonObject } from '../../../database/index.ts';
import { DatabaseAwayError } from '../../recording/errors.ts';
import type { Context } from '../context/context.ts';
import { keyReused } from '../http/idempotency.ts';

/** What a call with many rows was answered before under its key. */
export interface EarlierAnswers {
  /** How many rows it had, those that were refused included. */
  readonly rows: number;
  /** By place, from 0. */
  readonly answers: ReadonlyMap<number, JsonObject>;
}

/**
 * Takes the key for a call of `rows` rows; gives what it was answered before. Null while the database is away: then nobody
 * can tell, and the key is not taken.
 * @throws Problem `idempotency_key_reused`
 */
export async function claimKey(
  { recording }: Context,
  key: IdempotencyKey,
  rows: number,
): Promise<EarlierAnswers | null> {
  try {
    return await recording.watch.ask(async ({ rowKeys }) => {
      const taken = await rowKeys.claim(key, rows);
      if (taken.fingerprint !== key.fingerprint) throw keyReused();
      return { rows, answers: taken.isRepeated ? await rowKeys.answers(key) : new Map() };
    });
  } catch (error) {
    if (error instanceof DatabaseAwayError) return null;
    throw error;
  }
}

/**
 * What a call was answered before, of which no row would be answered by now: the definition or the model may be others
 * since. Null where the key is nobody's.
 * @throws Problem `idempotency_key_reused`
 * @throws DatabaseAwayError where nobody can tell
 */
export async function earlierAnswers(
  { recording }: Context,
  key: IdempotencyKey,
): Promise<EarlierAnswers | null> {
  return recording.watch.ask(async ({ rowKeys }) => {
    const taken = await rowKeys.find(key);
    if (taken === null) return null;
    if (taken.fingerprint !== key.fingerprint) throw keyReused();
    const answers = await rowKeys.answers(key);
    return answers.size === 0 ? null : { rows: taken.rows, answers };
  });
}
