import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { examineAccount } from '../../../infra/doctor/account.ts';
import type { StackNeeds } from '../../../infra/doctor/needs.ts';
import { isWell, reportOf } from '../../../infra/doctor/report.ts';
import { AwsAccount } from '../../../services/cli/aws/account.ts';
import { CredentialsError } from '../../../services/cli/aws/errors.ts';
import { AwsFault } from '../../support/aws/received.ts';
import { type Answers, concurrency, ExaminedAccount, newAccount, OWNER, quotas } from './empty-account.ts';
import { examined as examine, NEEDS, of } from './examined.ts';

const examined = (answers: Answers = {}, needs: Partial<StackNeeds> = {}) => examine(aws, answers, needs);

let aws: ExaminedAccount;
beforeAll(async () => {
  aws = await ExaminedAccount.start();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.answers = newAccount();
  aws.calls.length = 0;
});

describe('a new account that was bootstrapped', () => {
  test('is well, and is told by its number', async () => {
    const findings = await examined();
    expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(of(findings, 'credentials')?.says).toContain('111122223333 in eu-central-1');
    expect(isWell(findings)).toBe(true);
    expect(reportOf(findings)).toMatch(/Ready to deploy: of 12 checks 12 are well/);
  });

  test('is looked at and never changed', async () => {
    await examined();
    expect(aws.calls.filter((call) => !/ (\S+\.)?(Get|Describe)|GET \//.test(call))).toEqual([]);
  });
});

describe('what stands against deploying is a problem with what to do:', () => {
  const CASES: readonly [string, string, Answers, Partial<StackNeeds>, RegExp, RegExp][] = [
    [
      'no bootstrap',
      'CDK bootstrap',
      { 'ssm AmazonSSM.GetParameter': new AwsFault(400, 'ParameterNotFound', 'none') },
      {},
      /was not prepared/,
      /cdk bootstrap aws:\/\/111122223333\/eu-central-1/,
    ],
    [
      'an old bootstrap',
      'CDK bootstrap',
      { 'ssm AmazonSSM.GetParameter': { Parameter: { Value: '6' } } },
      {},
      /version 6, and 8/,
      /cdk bootstrap/,
    ],
    [
      'five VPCs of five',
      'VPCs',
      { 'ec2 DescribeVpcs': '<vpcId>v</vpcId>'.repeat(5) },
      {},
      /has 5 VPCs, and may have 5/,
      /Service Quotas/,
    ],
    [
      'one zone',
      'zones',
      { 'ec2 DescribeAvailabilityZones': '<zoneName>a</zoneName>' },
      {},
      /has 1/,
      /another region/,
    ],
    [
      'no endpoint of Lambda',
      'zones',
      { 'ec2 DescribeVpcEndpointServices': '<serviceNameSet/>' },
      {},
      /eu-central-1\.lambda does not exist/,
      /invokeFromDatabase to false/,
    ],
    [
      'no such Aurora',
      'Aurora',
      { 'rds DescribeOrderableDBInstanceOptions': '' },
      {},
      /no Aurora PostgreSQL 17\.7/,
      /region/,
    ],
    [
      'an Aurora that cannot pause',
      'Aurora',
      {
        'rds DescribeDBEngineVersions':
          '<ServerlessV2FeaturesSupport><MinCapacity>0.5</MinCapacity></ServerlessV2FeaturesSupport>',
      },
      {},
      /cannot pause/,
      /some 44 USD/,
    ],
    [
      'no room for a cluster',
      'databases',
      { 'rds DescribeAccountAttributes': quotas({ DBClusters: [40, 40], DBInstances: [1, 40] }) },
      {},
      /40 of 40 DBClusters/,
      /Service Quotas/,
    ],
    [
      'concurrency that may not be set aside',
      'Lambda concurrency',
      { 'lambda GET /2016-08-19/account-settings/': concurrency(10) },
      {},
      /sets aside 10; of the account's 10, 10 are not set aside, and 10 have to stay/,
      /trainConcurrency/,
    ],
    [
      'no role for the logs',
      'API Gateway logs',
      {},
      { gatewayRole: false },
      /no role/,
      /apiLogsRole to true/,
    ],
  ];
  test.each(CASES)('%s', async (_name, name, answers, needs, says, todo) => {
    const findings = await examined(answers, needs);
    expect(of(findings, name)).toMatchObject({
      verdict: 'problem',
      says: expect.stringMatching(says),
      todo: expect.stringMatching(todo),
    });
    expect(findings.filter(({ verdict }) => verdict === 'problem')).toHaveLength(1);
    expect(isWell(findings)).toBe(false);
  });
});

describe('what may be meant so is a warning:', () => {
  test('a small account with nothing set aside', async () => {
    const findings = await examined(
      { 'lambda GET /2016-08-19/account-settings/': concurrency(10) },
      { reserved: 0 },
    );
    expect(of(findings, 'Lambda concurrency')?.verdict).toBe('warning');
    expect(isWell(findings)).toBe(true);
  });

  test('more memory than new accounts have', async () => {
    expect(of(await examined({}, { memory: 4096 }), 'Lambda memory')?.verdict).toBe('warning');
  });

  test("another stack's role for the logs, and not its own", async () => {
    const role = (name: string) => ({
      'apigateway GET /account': { cloudwatchRoleArn: `arn:aws:iam::1:role/${name}` },
    });
    for (const name of ['theirs', 'hundredfold-development-ApiCloudWatchRole1']) {
      const findings = await examined(role(name));
      expect(of(findings, 'API Gateway logs')).toMatchObject({
        verdict: 'warning',
        says: expect.stringContaining(name),
      });
    }
    expect(of(await examined(role('hundredfold-ApiCloudWatchRole1')), 'API Gateway logs')?.verdict).toBe(
      'ok',
    );
  });

  test('a look that is not allowed; a quota that may not be asked for is the usual one', async () => {
    const findings = await examined({
      'rds DescribeAccountAttributes': new AwsFault(403, 'AccessDenied', 'not you'),
      'servicequotas ServiceQuotasV20190624.GetServiceQuota': new AwsFault(
        400,
        'AccessDeniedException',
        'not you',
      ),
    });
    expect(of(findings, 'databases')).toMatchObject({
      verdict: 'warning',
      says: expect.stringMatching(/not looked at/),
    });
    expect(of(findings, 'VPCs')).toMatchObject({ verdict: 'ok', says: '1 of 5' });
  });
});

test('a stack that is there has its part of the quotas already', async () => {
  const findings = await examined({
    'cloudformation DescribeStacks': '<StackStatus>UPDATE_COMPLETE</StackStatus>',
    'ec2 DescribeVpcs': '<vpcId>v</vpcId>'.repeat(5),
    'rds DescribeAccountAttributes': quotas({ DBClusters: [40, 40] }),
    'lambda GET /2016-08-19/account-settings/': concurrency(110, 100),
  });
  expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
});

describe('without AWS', () => {
  test('credentials that are refused are said once, and nothing else is asked', async () => {
    aws.answers['sts GetCallerIdentity'] = new AwsFault(403, 'ExpiredToken', 'expired');
    const findings = await examined();
    expect(findings[0]).toMatchObject({ verdict: 'problem', says: expect.stringMatching(/have expired/) });
    expect(new Set(findings.slice(1).map(({ verdict }) => verdict))).toEqual(new Set(['skipped']));
    expect(aws.calls).toEqual(['sts GetCallerIdentity']);
  });

  test('missing credentials say how to get some', async () => {
    const none = async () => {
      throw new CredentialsError('aws_credentials_missing', 'No AWS credentials were found: set AWS_PROFILE');
    };
    const [first, ...others] = await examineAccount(
      new AwsAccount('eu-central-1', none, aws.environment(), 5),
      NEEDS,
    );
    expect(first?.says).toMatch(/set AWS_PROFILE/);
    expect(others.every(({ says }) => says === 'needs credentials')).toBe(true);
  });

  test('a machine that is offline is told so', async () => {
    const environment = { ...aws.environment(), endpoint: 'http://127.0.0.1:1' };
    const [first, second] = await examineAccount(
      new AwsAccount('eu-central-1', async () => OWNER, environment, 5),
      NEEDS,
    );
    expect(first).toMatchObject({ verdict: 'problem', todo: expect.stringMatching(/on the internet/) });
    expect(second?.says).toBe('AWS cannot be reached');
  });
});
