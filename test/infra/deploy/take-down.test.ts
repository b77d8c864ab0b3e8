import { ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { StackTemplate } from '../../../infra/cost/template.ts';
import { emptyBucket } from '../../../infra/deploy/empty-bucket.ts';
import { takeDown } from '../../../infra/deploy/take-down.ts';
import { AwsAccount } from '../../../services/cli/aws/account.ts';
import { Stack } from '../../../services/cli/aws/stack.ts';
import { describeWhere, s3Server } from '../../support/requirement.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { ExaminedAccount, OWNER } from '../doctor/empty-account.ts';

function templateWith(policy: string, isProtected: boolean): StackTemplate {
  const resource = { properties: {}, deletionPolicy: policy };
  return {
    name: 'mine',
    resources: [
      { ...resource, id: 'StoreModels1', type: 'AWS::S3::Bucket' },
      { ...resource, id: 'StoreSpool2', type: 'AWS::S3::Bucket' },
      {
        ...resource,
        id: 'DatabaseCluster',
        type: 'AWS::RDS::DBCluster',
        properties: { DeletionProtection: isProtected },
      },
    ],
  };
}

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
    said = [];
  });
  afterAll(() => client.destroy());

  const put = (bucket: string, key: string) =>
    client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
  const left = async (bucket: string) => {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    return (page.Versions ?? []).length + (page.DeleteMarkers ?? []).length;
  };
  const down = (template: StackTemplate, cdk: () => Promise<number>) => {
    const account = new AwsAccount('eu-central-1', async () => OWNER, aws.environment(), 5);
    const outputs = {
      ModelsBucket: models,
      SpoolBucket: spool,
      ClusterArn: 'arn:aws:rds:eu-central-1:1:cluster:mine',
    };
    const stack = new Stack('mine', account, new Map(Object.entries(outputs)), 'CREATE_COMPLETE');
    return takeDown({ stack, template, client, cdk, say: (line) => said.push(line) });
  };

  test('empties the buckets that go with it before it is deleted', async () => {
    await Promise.all([put(models, 'models/a/1/x'), put(models, 'pointers/a.json'), put(spool, 'spool/1')]);
    let found = -1;
    const status = await down(templateWith('Delete', false), async () => {
      found = (await left(models)) + (await left(spool));
      return 0;
    });
    expect([status, found]).toEqual([0, 0]);
    expect(said).toEqual([
      `${models}: 2 objects and versions deleted.`,
      `${spool}: 1 objects and versions deleted.`,
    ]);
    expect(aws.calls).toEqual([]);
  });

  test('tries once more where something was written meanwhile, and no more often', async () => {
    let tries = 0;
    const status = await down(templateWith('Delete', false), async () => {
      await put(spool, `sweep/${++tries}`);
      return 1;
    });
    expect([status, tries]).toEqual([1, 2]);
  });

  test('that failed for another reason is not tried again', async () => {
    let tries = 0;
    expect(await down(templateWith('Delete', false), async () => ++tries)).toBe(1);
    expect(tries).toBe(1);
  });

  test('keeps buckets that outlive it as they are, and lifts the protection of stack and database alone', async () => {
    aws.answers['rds ModifyDBCluster'] = '<Status>available</Status>';
    aws.answers['cloudformation UpdateTerminationProtection'] = '<StackId>s</StackId>';
    await put(models, 'models/a/1/x');
    expect(await down(templateWith('RetainExceptOnCreate', true), async () => 0)).toBe(0);
    expect(await left(models)).toBe(1);
    expect(aws.calls).toEqual(['rds ModifyDBCluster', 'cloudformation UpdateTerminationProtection']);
  });

  test('a bucket that is gone is empty', async () => {
    expect(await emptyBucket(client, 'no-such-bucket')).toBe(0);
  });
});
