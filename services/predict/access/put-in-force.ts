import { ModelStoreError } from '../../model-store/index.ts';
import type { Context } from '../context.ts';
import { inTime } from '../recording/in-time.ts';
import { alignKeys } from './keys-object.ts';

/**
 * Has every process know the keys that the database has now: this one at once, others at their next look. Past
 * `storeTimeout` it goes on all the same, unheard. @throws ModelStoreError
 */
export async function putInForce({
  database,
  store,
  access,
  settings: { storeTimeout },
}: Pick<Context, 'database' | 'store' | 'access' | 'settings'>): Promise<void> {
  const working = async () => {
    await alignKeys(database, store);
    await access.refresh();
    return true;
  };
  if ((await inTime(working(), storeTimeout)) !== null) return;
  throw new ModelStoreError('store_unavailable', `The model store did not answer within ${storeTimeout} ms.`);
}
