import { DeleteObjectsCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { thrown } from '../../services/cli/thrown.ts';

/** Objects of a bucket could not be deleted. */
export class BucketNotEmptiedError extends Error {
  readonly code = 'bucket_not_emptied';

  constructor(bucket: string, why: string) {
    super(`${bucket} could not be emptied: ${why}`);
    this.name = new.target.name;
  }
}

/**
 * Deletes everything in a bucket, every version and delete marker. CloudFormation deletes no bucket that holds anything. Returns
 * how many there were; 0 where the bucket is gone already.
 *
 * @throws BucketNotEmptiedError, and as the S3 client does
 */
export async function emptyBucket(client: S3Client, bucket: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const page = await client
      .send(new ListObjectVersionsCommand({ Bucket: bucket }))
      .catch((error: unknown) => {
        if (thrown(error).name === 'NoSuchBucket') return null;
        throw error;
      });
    const found = [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (found.length === 0) return deleted;
    const { Errors } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: found, Quiet: true } }),
    );
    const [first] = Errors ?? [];
    // Else the next page would be the same one for ever.
    if (first !== undefined) throw new BucketNotEmptiedError(bucket, `${first.Key}: ${first.Message}`);
    deleted += found.length;
  }
}
