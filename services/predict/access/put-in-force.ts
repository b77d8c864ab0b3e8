import type { Context } from '../context.ts';
import { storeInTime } from '../recording/store-in-time.ts';
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
  };
  await storeInTime(working(), storeTimeout);
}
