import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsAccount } from '../../../services/cli/aws/account.ts';
import { profileRegion } from '../../../services/cli/aws/credentials.ts';
import { awsEnvironment, endpointOf } from '../../../services/cli/aws-environment.ts';
import { AwsAccountStandIn } from '../../support/aws/account.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ADMIN, SESSIONS, TRAIN_ARN } from '../support/shop.ts';

let standIn: AwsAccountStandIn;
beforeAll(async () => {
  standIn = await AwsAccountStandIn.start();
  standIn.identities.push(ADMIN, ...SESSIONS);
});
afterAll(() => standIn.close());

describe('a signature', () => {
  test('of the AWS SDK itself is one that the stand-in takes, and a forged one is not', async () => {
    const client = (secretAccessKey: string) =>
      new LambdaClient({
        region: 'eu-central-1',
        endpoint: standIn.endpoint,
        credentials: { accessKeyId: ADMIN.accessKeyId, secretAccessKey },
        maxAttempts: 1,
      });
    const command = new InvokeCommand({
      FunctionName: TRAIN_ARN,
      InvocationType: 'Event',
      Payload: Buffer.from('{"prune":true}'),
    });
    expect((await client(ADMIN.secretAccessKey).send(command)).StatusCode).toBe(202);
    await expect(client('guessed').send(command)).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    expect(standIn.invocations).toEqual([{ functionName: TRAIN_ARN, payload: { prune: true } }]);
  });

  test.each(['a b', 'a+b', 'a/b', 'ä=&?', '*'])('holds for a query and a path with %j', async (text) => {
    const account = new AwsAccount('eu-central-1', async () => ADMIN, standIn.environment(), 5);
    const answered = account.call('api_gateway', {
      method: 'GET',
      path: `/nothing/${encodeURIComponent(text)}`,
      query: { text },
      headers: { accept: 'application/json' },
    });
    // Let in, and then not found.
    await expect(answered).rejects.toMatchObject({ awsCode: 'NotFoundException' });
  });
});

test('endpoints are read as the SDK reads them', () => {
  const read = awsEnvironment({
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL: 'http://all',
    AWS_ENDPOINT_URL_SQS: 'http://queue',
  });
  expect(endpointOf('sqs', 'eu-west-1', read)).toBe('http://queue');
  expect(endpointOf('lambda', 'eu-west-1', read)).toBe('http://all');
  const none = awsEnvironment({ AWS_REGION: 'cn-north-1', AWS_DEFAULT_REGION: 'eu-west-1' });
  expect(none.region).toBe('cn-north-1');
  expect(endpointOf('api_gateway', 'cn-north-1', none)).toBe(
    'https://apigateway.cn-north-1.amazonaws.com.cn',
  );
});

test("the profile's region is the last that is asked for", async () => {
  const folder = await temporaryFolder();
  const config = path.join(folder.path, 'config');
  await writeFile(config, '[profile shop]\nregion = eu-north-1\n');
  const before = { ...process.env };
  Object.assign(process.env, { AWS_CONFIG_FILE: config, AWS_PROFILE: 'shop' });
  delete process.env.AWS_REGION;
  expect(await profileRegion()).toBe('eu-north-1');
  process.env.AWS_PROFILE = 'another';
  expect(await profileRegion()).toBeNull();
  for (const name of ['AWS_CONFIG_FILE', 'AWS_PROFILE', 'AWS_REGION']) {
    const value = before[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await folder.remove();
});
