import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { examineAccount } from '../../../infra/doctor/account.ts';
import type { Finding } from '../../../infra/doctor/finding.ts';
import type { StackNeeds } from '../../../infra/doctor/needs.ts';
import { isWell, reportOf } from '../../../infra/doctor/report.ts';
import { AwsAccount } from '../../../services/cli/aws/account.ts';
import { CredentialsError } from '../../../services/cli/aws/errors.ts';
import { STACK_STATES } from '../../../services/cli/aws/stack-states.ts';
import { AwsFault } from '../../support/aws/received.ts';
import {
  type Answers,
  concurrency,
  ExaminedAccount,
  endpointIn,
  newAccount,
  OWNER,
  quotas,
  serverlessIn,
} from './empty-account.ts';

const NEEDS: StackNeeds = {
  stack: 'hundredfold',
  reserved: 10,
  memory: 3008,
  engineVersion: '17.7',
  pauses: true,
  cluster: 'hundredfold',
  logGroups: ['/aws/rds/cluster/hundredfold/postgresql'],
  zones: [0, 1],
  endpoints: [{ service: 'lambda', zones: [0] }],
  gatewayRole: true,
  architectures: ['arm64'],
};

let aws: ExaminedAccount;
beforeAll(async () => {
  aws = await ExaminedAccount.start();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.answers = newAccount();
  aws.calls.length = 0;
});

async function examined(
  answers: Answers = {},
  needs: Partial<StackNeeds> = {},
  region = 'eu-central-1',
): Promise<Finding[]> {
  Object.assign(aws.answers, answers);
  const account = new AwsAccount(region, async () => OWNER, aws.environment(), 5);
  return examineAccount(account, { ...NEEDS, ...needs });
}

function of(findings: readonly Finding[], name: string): Finding | undefined {
  return findings.find((finding) => finding.of === name);
}

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
      'an endpoint that is not in the zone of the first subnet',
      'zones',
      { 'ec2 DescribeVpcEndpointServices': endpointIn('b', 'c') },
      {},
      /lambda is not in eu-central-1a/,
      /zones to \["eu-central-1b","eu-central-1a"\]/,
    ],
    [
      'an endpoint that is not in the zone that was named for it',
      'zones',
      { 'ec2 DescribeVpcEndpointServices': endpointIn('b') },
      {
        zones: ['eu-central-1c', 'eu-central-1b'],
        endpoints: [{ service: 'lambda', zones: ['eu-central-1c'] }],
      },
      /lambda is not in eu-central-1c/,
      /zones to \["eu-central-1b",/,
    ],
    [
      'a zone without Aurora',
      'zones',
      { 'rds DescribeOrderableDBInstanceOptions': serverlessIn('a', 'c') },
      {},
      /Aurora Serverless v2 is not in eu-central-1b/,
      /zones to \["eu-central-1a","eu-central-1c"\]/,
    ],
    [
      'a zone that is none',
      'zones',
      {},
      { zones: ['eu-central-1a', 'eu-central-1f'] },
      /is not in eu-central-1f/,
      /zones to/,
    ],
    [
      'zones without a default subnet, which CloudFormation leaves out where others have one',
      'zones',
      {
        'ec2 DescribeSubnets': '<availabilityZone>eu-central-1b</availabilityZone>'.repeat(2),
      },
      {},
      /has 1/,
      /another region/,
    ],
    [
      'a cluster of the name',
      'names',
      { 'rds DescribeDBClusters': '<DBClusterIdentifier>hundredfold</DBClusterIdentifier>' },
      {},
      /has a database cluster hundredfold already/,
      /stackName/,
    ],
    [
      'a log group that an earlier database left',
      'names',
      {
        'logs Logs_20140328.DescribeLogGroups': {
          logGroups: [{ logGroupName: '/aws/rds/cluster/hundredfold/postgresql' }],
        },
      },
      {},
      /log group \/aws\/rds\/cluster\/hundredfold\/postgresql already/,
      /aws logs delete-log-group/,
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

describe('what AWS does not say before a deployment is not taken to be well:', () => {
  const inRegion = async (region: string) => of(await examined({}, { endpoints: [] }, region), 'Data API');

  test.each(['ap-south-2', 'ap-southeast-4'])('%s has no Data API', async (region) => {
    expect(await inRegion(region)).toMatchObject({
      verdict: 'problem',
      says: expect.stringContaining(`${region} has none`),
      todo: expect.stringMatching(/another region.*https:\/\/docs\.aws\.amazon\.com/),
    });
  });

  test.each(['ca-west-1', 'xx-new-1'])('whether %s has it is not known', async (region) => {
    expect(await inRegion(region)).toMatchObject({
      verdict: 'warning',
      todo: expect.stringMatching(/before deploying/),
    });
  });

  test('an Aurora of which it does not say whether it can pause', async () => {
    const silent = { 'rds DescribeDBEngineVersions': '<DBEngineVersions/>' };
    expect(of(await examined(silent), 'Aurora')).toMatchObject({
      verdict: 'warning',
      says: expect.stringMatching(/does not say whether .* can pause/),
    });
    expect(of(await examined(silent, { pauses: false }), 'Aurora')?.verdict).toBe('ok');
  });
});

describe('a stack that is', () => {
  const stackIn = async (status: string) =>
    of(await examined({ 'cloudformation DescribeStacks': `<StackStatus>${status}</StackStatus>` }), 'stack');
  const VERDICTS = { makes: 'ok', anew: 'ok', updates: 'ok', asks: 'warning', stops: 'problem' } as const;

  test.each(Object.entries(STACK_STATES))(
    '%s is said to be so, and deployed to or not',
    async (status, state) => {
      const finding = await stackIn(status);
      expect(finding).toMatchObject({
        verdict: VERDICTS[state.deploy],
        says: expect.stringContaining(state.means),
      });
      if (finding?.verdict !== 'ok') expect(finding?.todo).toBe(state.todo);
    },
  );

  test('one whose first deployment was rolled back does not stand against deploying, which makes it anew', async () => {
    expect(await stackIn('ROLLBACK_COMPLETE')).toMatchObject({
      verdict: 'ok',
      says: expect.stringMatching(/takes it away and makes it anew/),
    });
  });

  test('one that was looked at and never carried out is made: nothing of it ends by itself', async () => {
    expect(await stackIn('REVIEW_IN_PROGRESS')).toMatchObject({ verdict: 'ok' });
  });

  test.each(['ROLLBACK_COMPLETE', 'REVIEW_IN_PROGRESS'])(
    '%s has no part of the quotas yet',
    async (status) => {
      const findings = await examined({
        'cloudformation DescribeStacks': `<StackStatus>${status}</StackStatus>`,
        'ec2 DescribeVpcs': '<vpcId>v</vpcId>'.repeat(5),
      });
      expect(of(findings, 'VPCs')?.verdict).toBe('problem');
    },
  );
});

test('an endpoint in a stack that is there stays where it would be: what can be done is to do without', async () => {
  const findings = await examined({
    'cloudformation DescribeStacks': '<StackStatus>UPDATE_COMPLETE</StackStatus>',
    'ec2 DescribeVpcEndpointServices': endpointIn('b'),
  });
  expect(of(findings, 'zones')).toMatchObject({
    verdict: 'problem',
    todo: 'set invokeFromDatabase to false',
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
