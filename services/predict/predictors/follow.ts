import type { PredictorState } from '../../../database/index.ts';
import { ModelStoreError, writePointer } from '../../model-store/index.ts';
import type { Context } from '../context.ts';
import { inTime } from '../recording/in-time.ts';

/**
 * Brings the store and this process in line with a state of the database. What takes longer than `storeTimeout` goes on all
 * the same, unheard.
 * @throws ModelStoreError, `store_unavailable` after that time
 */
export async function follow(
  { store, champions, settings }: Pick<Context, 'store' | 'champions' | 'settings'>,
  state: PredictorState,
): Promise<void> {
  const { storeTimeout } = settings;
  const following = async () => {
    await writePointer(store, state);
    await champions.refresh(state.name);
    return true;
  };
  if ((await inTime(following(), storeTimeout)) !== null) return;
  const late = `The model store did not answer within ${storeTimeout} ms.`;
  throw new ModelStoreError('store_unavailable', late);
}
