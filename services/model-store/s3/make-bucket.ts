import {
  BucketAlreadyExists,
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  HeadBucketCommand,
} from '@aws-sdk/client-s3';
import { ModelStoreError } from '../errors.ts';
import { faultOf } from './fault.ts';
import { DEFAULT_LIMITS, type S3StoreSettings } from './s3.settings.ts';
import { s3Client } from './s3-client.ts';

/**
 * Makes a bucket unless it is there. For S3 servers of one's own: in AWS the stack makes buckets, with all that belongs
 * to them.
 * @throws ModelStoreError `store_denied`, `store_unavailable`, `store_bucket_unknown`, else `store_failed`
 */
export async function makeBucket(settings: S3StoreSettings): Promise<void> {
  const { bucket: Bucket } = settings;
  const client = s3Client(settings, { ...DEFAULT_LIMITS, ...settings.limits });
  try {
    await client
      .send(new HeadBucketCommand({ Bucket }))
      .catch(() => client.send(new CreateBucketCommand({ Bucket })));
  } catch (error) {
    // Another process was quicker.
    if (error instanceof BucketAlreadyOwnedByYou || error instanceof BucketAlreadyExists) return;
    const { code, why } = faultOf(error);
    throw new ModelStoreError(code, `Could not make the bucket ${Bucket}: ${why}`, { cause: error });
  } finally {
    client.destroy();
  }
}
