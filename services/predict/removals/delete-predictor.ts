import type { Deletion } from '../../../database/index.ts';
import { writeDeleted } from '../../model-store/index.ts';
import { after, inSteps } from '../../upkeep/in-steps.ts';
import { storeInTime } from '../../waiting/store-in-time.ts';
import type { Context } from '../context/context.ts';
import { removalDatabase, STRETCH } from './removal-database.ts';

/**
 * Deletes a predictor, and removes what hung on it as far as a call's time goes. The database is asked first: from its word on
 * nobody finds the predictor, nothing is recorded, trained or published for it, whatever becomes of this process. Then the
 * pointer says so, then the spool is gone through, then the rows go. What is left after a crash or at the end of the time is
 * finished by the same call again, or by the upkeep; the objects in the store are removed by the next pruning.
 *
 * Null where there is no such predictor.
 * @throws what the database or the store says when it is away
 */
export async function deletePredictor(context: Context, name: string): Promise<Deletion | null> {
  const { store, champions, dispatcher, recording, settings } = context;
  const { removals } = removalDatabase(context);
  const isLate = after(STRETCH);
  // Before, so that a sweep looks after what a crash leaves.
  await dispatcher.announce();
  const deletion = await removals.deletePredictor(name);
  if (deletion === null) return null;
  const { id } = deletion;
  await storeInTime(writeDeleted(store, deletion), settings.storeTimeout);
  await removals.told(id);
  await champions.refresh(name);
  const isIts = (row: { readonly predictorId: number; readonly predictor: string }) =>
    row.predictorId === id && row.predictor === name;
  const spooled = await recording.spool.drop(isIts, isLate);
  if (spooled > 0) await removals.spooledWent(id, spooled);
  recording.aside.forget();
  return inSteps((rows) => removals.purge(id, rows), isLate);
}
