import type { PredictorState } from '../../../database/index.ts';
import { writePointer } from '../../model-store/index.ts';
import { storeInTime } from '../../waiting/store-in-time.ts';
import type { Context } from '../context/context.ts';

/**
 * Brings the store and this process in line with a state of the database. What takes longer than `storeTimeout` goes on all
 * the same, unheard.
 * @throws ModelStoreError, `store_unavailable` after that time
 */
export async function follow(
  { store, champions, settings }: Pick<Context, 'store' | 'champions' | 'settings'>,
  state: PredictorState,
): Promise<void> {
  const following = async () => {
    await writePointer(store, state);
    await champions.refresh(state.name);
  };
  await storeInTime(following(), settings.storeTimeout);
}
