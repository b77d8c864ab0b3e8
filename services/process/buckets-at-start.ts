import { setTimeout as sleep } from 'node:timers/promises';
import { ModelStoreError, makeBucket, type S3StoreSettings } from '../model-store/index.ts';

/** Containers start side by side: a server that is not there yet is waited for, in milliseconds. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 500;

/**
 * Makes the buckets that a server works with, on an S3 server of one's own; in AWS the stack makes them.
 * @throws ModelStoreError
 */
export async function bucketsAtStart(buckets: readonly S3StoreSettings[]): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (const bucket of buckets.filter(({ endpoint }) => endpoint !== undefined)) {
    for (;;) {
      try {
        await makeBucket(bucket);
        break;
      } catch (error) {
        const mayPass = error instanceof ModelStoreError && error.code === 'store_unavailable';
        if (!mayPass || Date.now() > until) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}
