import type { IdempotencyKey } from '../../../database/index.ts';
import type { Recording } from '../../recording/open-recording.ts';
import { deferredText } from '../../recording/recorded-text.ts';
import { inTime } from '../../waiting/in-time.ts';
import type { Context } from '../context/context.ts';
import { keyReused } from '../http/idempotency.ts';

/** A text that is JSON already, in place of a value. */
export interface FirstAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * The first answer of a key that was used, for a request that is refused by now: the definition or the model may be
 * others since. `id` names the prediction that the key would have, where it would have one.
 * @throws Problem `idempotency_key_reused`, or the refusal where there is no first answer
 * @throws DatabaseAwayError where nobody can tell
 */
export async function firstAnswer(
  { recording, settings }: Context,
  key: IdempotencyKey | null,
  id: string | null,
  refusal: unknown,
): Promise<FirstAnswer> {
  if (key === null) throw refusal;
  if (id !== null && recording.drain.isSuspected) {
    const spooled = await inTime(recording.spool.get(id), settings.recordingBudget / 4).catch(() => null);
    const first = spooled?.idempotency;
    if (first !== undefined) {
      if (first.fingerprint !== key.fingerprint) throw keyReused();
      return { status: 201, text: deferredText(first.response) };
    }
  }
  const earlier = await answerOfKey(recording, key);
  if (earlier === null) throw refusal;
  return earlier;
}

/**
 * What the database has under a key, or null.
 * @throws Problem `idempotency_key_reused`
 * @throws DatabaseAwayError where nobody can tell
 */
export async function answerOfKey(
  { watch }: Pick<Recording, 'watch'>,
  key: IdempotencyKey,
): Promise<FirstAnswer | null> {
  const earlier = await watch.ask((database) => database.idempotency.find(key));
  if (earlier === null) return null;
  if (earlier.fingerprint !== key.fingerprint) throw keyReused();
  return { status: earlier.status, text: JSON.stringify(earlier.response) };
}
