import type { S3Client } from '@aws-sdk/client-s3';
import type { Stack } from '../../services/cli/aws/stack.ts';
import { allOf, type StackTemplate } from '../cost/template.ts';
import { emptyBucket } from './empty-bucket.ts';
import { isProtected, liftProtection } from './protection.ts';

export interface TakingDown {
  readonly stack: Stack;
  readonly template: StackTemplate;
  readonly client: S3Client;
  /** Deletes the stack; resolves to an exit status. */
  readonly cdk: () => Promise<number>;
  readonly say: (line: string) => void;
}

/**
 * Takes a stack down that was confirmed. Buckets that go with it are emptied first, and once more where the deletion failed, for
 * its functions write until they are deleted. Resolves to an exit status.
 *
 * @throws BucketNotEmptiedError, and as AwsAccount.call and the S3 client do
 */
export async function takeDown({ stack, template, client, cdk, say }: TakingDown): Promise<number> {
  if (isProtected(template)) await liftProtection(stack);
  const buckets = goingBuckets(template, stack);
  if (buckets.length === 0) return cdk();
  await empty(buckets, client, say);
  const status = await cdk();
  if (status === 0 || !(await empty(buckets, client, say))) return status;
  say('Something was written into the buckets meanwhile; once more.');
  return cdk();
}

/** Empties; was there anything? */
async function empty(
  buckets: readonly string[],
  client: S3Client,
  say: (line: string) => void,
): Promise<boolean> {
  let all = 0;
  for (const bucket of buckets) {
    const deleted = await emptyBucket(client, bucket);
    if (deleted > 0) say(`${bucket}: ${deleted} objects and versions deleted.`);
    all += deleted;
  }
  return all > 0;
}

/** The names of the buckets that CloudFormation deletes with the stack. */
function goingBuckets(template: StackTemplate, stack: Stack): string[] {
  const going = allOf(template, 'AWS::S3::Bucket').filter(
    ({ deletionPolicy }) => deletionPolicy === 'Delete',
  );
  return going.map(({ id }) => stack.output(id.startsWith('StoreModels') ? 'ModelsBucket' : 'SpoolBucket'));
}
