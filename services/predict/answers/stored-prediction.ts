import { isPredictionId } from '../../recording/prediction-id.ts';
import type { Context } from '../context/context.ts';

/**
 * What `look` finds of a prediction in the database. One that still lies in the spool is recorded first, so that
 * nobody is told that an answer which they hold does not exist. Null for what is no id, or nobody's.
 * @throws what the database or the spool says when it is away
 */
export async function storedPrediction<T>(
  { recording }: Context,
  id: string,
  look: (id: string) => Promise<T | null>,
): Promise<T | null> {
  if (!isPredictionId(id)) return null;
  const found = await look(id);
  if (found !== null) return found;
  await recording.drain.one(id.toLowerCase());
  // Also where it was not there any more: somebody else may have recorded it since the first look.
  return look(id);
}
