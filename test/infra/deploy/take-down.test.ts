import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { emptyBucket } from '../../../infra/deploy/empty-bucket.ts';
import { takeDown } from '../../../infra/deploy/take-down.ts';
import { describeWhere, s3Server } from '../../support/requirement.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { ExaminedAccount, newAccount, OWNER } from '../doctor/empty-account.ts';
import { AccountWithStack, type TemplateDocument } from './account-with-stack.ts';

const bucket = { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Delete' };
const GOING: TemplateDocument = { Resources: { StoreModels1: bucket, StoreSpool2: bucket } };

describeWhere(s3Server(), 'a stack that is taken down', () => {
  let server: S3Server;
  let aws: ExaminedAccount;
  let client: S3Client;
  let models: string;
  let spool: string;
  let said: string[];
  beforeAll(async () => {
    [server, aws] = await Promise.all([startS3Server(), ExaminedAccount.start()]);
  });
  afterAll(() => Promise.all([server.stop(), aws.close()]));
  beforeEach(async () => {
    const first = await server.bucket();
    client?.destroy();
    const { bucket, endpoint = '', region = '', credentials = OWNER } = first;
    client = new S3Client({ endpoint, region, forcePathStyle: true, credentials });
    [models, spool] = [bucket, (await server.bucket()).bucket];
    aws.calls.length = 0;
    aws.answers = newAccount();
    said = [];
  });
  afterAll(() => client.destroy());

  const put = (bucket: string, key: string) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
  const left = async (bucket: string) => {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    return (page.Versions ?? []).length + (page.DeleteMarkers ?? []).length;
  };
  const down = async (cdk: () => Promise<number>) => {
    const names = { StoreModels: models, StoreSpool: spool };
    const stack = await new AccountWithStack(aws, 'mine', GOING, { names }).stack();
    const say = (line: string) => said.push(line);
    return takeDown({ stack, client, mayLift: false, confirm: async () => true, cdk, say });
  };

  test('empties the buckets that go with it before it is deleted', async () => {
    await Promise.all([put(models, 'models/a/1/x'), put(models, 'pointers/a.json'), put(spool, 'spool/1')]);
    let found = -1;
    const status = await down(async () => {
      found = (await left(models)) + (await left(spool));
      return 0;
    });
    expect([status, found]).toEqual([0, 0]);
    expect(said.slice(1, -1)).toEqual([
      `${models}: 2 objects and versions deleted.`,
      `${spool}: 1 objects and versions deleted.`,
    ]);
  });

  test('tries once more where something was written meanwhile, and no more often', async () => {
    let tries = 0;
    const status = await down(async () => {
      await put(spool, `sweep/${++tries}`);
      return 1;
    });
    expect([status, tries]).toEqual([1, 2]);
  });

  test('that failed for another reason is not tried again', async () => {
    let tries = 0;
    expect(await down(async () => ++tries)).toBe(1);
    expect(tries).toBe(1);
  });

  test('a bucket that is gone is empty', async () => {
    expect(await emptyBucket(client, 'no-such-bucket')).toBe(0);
  });
});
