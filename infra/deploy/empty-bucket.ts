import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { thrown } from '../../services/cli/thrown.ts';

/** Objects of a bucket could not be deleted. */
export class BucketNotEmptiedError extends Error {
  readonly code = 'bucket_not_emptied';

  constructor(bucket: string, why: string, options?: ErrorOptions) {
    super(`${bucket} could not be emptied: ${why}`, options);
    this.name = new.target.name;
  }
}

/**
 * Deletes everything in a bucket, every version and delete marker. CloudFormation deletes no bucket that holds anything. Returns
 * how many there were; 0 where the bucket is gone already.
 *
 * @throws BucketNotEmptiedError
 */
export async function emptyBucket(client: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  try {
    for (let page = await deletePage(client, bucket); page > 0; page = await deletePage(client, bucket)) {
      deleted += page;
    }
    return deleted;
  } catch (cause) {
    const { name, message } = thrown(cause);
    if (name === 'NoSuchBucket') return deleted;
    throw new BucketNotEmptiedError(bucket, message, { cause });
  }
}

/** Deletes as many as S3 lists at once, a thousand; returns how many these were. */
async function deletePage(client: S3Client, bucket: string): Promise<number> {
  const { Versions, DeleteMarkers } = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
  const Objects = [...(Versions ?? []), ...(DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
    Key,
    VersionId,
  }));
  if (Objects.length === 0) return 0;
  const { Errors } = await client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  );
  const [first] = Errors ?? [];
  // Else the next page would be the same one for ever.
  if (first !== undefined) throw new Error(`${first.Key}: ${first.Message}`);
  return Objects.length;
}
