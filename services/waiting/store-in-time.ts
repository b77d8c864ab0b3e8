import { ModelStoreError } from '../model-store/index.ts';
import { inTime } from './in-time.ts';

/**
 * What the store's work comes to. Work that takes longer goes on all the same, unheard.
 * @throws ModelStoreError `store_unavailable` when it takes longer than `milliseconds`
 */
export async function storeInTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const ended = await inTime(
    work.then((value) => ({ value })),
    milliseconds,
  );
  if (ended !== null) return ended.value;
  throw new ModelStoreError('store_unavailable', `The model store did not answer within ${milliseconds} ms.`);
}
