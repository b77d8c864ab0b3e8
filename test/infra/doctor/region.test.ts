import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { StackNeeds } from '../../../infra/doctor/needs.ts';
import { type Answers, ExaminedAccount, endpointIn, newAccount, serverlessIn } from './empty-account.ts';
import { examined, of } from './examined.ts';

let aws: ExaminedAccount;
beforeAll(async () => {
  aws = await ExaminedAccount.start();
});
afterAll(() => aws.close());
beforeEach(() => {
  aws.answers = newAccount();
  aws.calls.length = 0;
});

describe('what AWS does not say before a deployment is not taken to be well:', () => {
  const inRegion = async (region: string) =>
    of(await examined(aws, {}, { endpoints: [] }, region), 'Data API');

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
    expect(of(await examined(aws, silent), 'Aurora')).toMatchObject({
      verdict: 'warning',
      says: expect.stringMatching(/does not say whether .* can pause/),
    });
    expect(of(await examined(aws, silent, { pauses: false }), 'Aurora')?.verdict).toBe('ok');
  });
});

describe('where the stack would be, and under which names:', () => {
  const CASES: readonly [string, string, Answers, Partial<StackNeeds>, RegExp, RegExp][] = [
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
  ];
  test.each(CASES)('%s', async (_name, name, answers, needs, says, todo) => {
    const findings = await examined(aws, answers, needs);
    expect(of(findings, name)).toMatchObject({
      verdict: 'problem',
      says: expect.stringMatching(says),
      todo: expect.stringMatching(todo),
    });
    expect(findings.filter(({ verdict }) => verdict === 'problem')).toHaveLength(1);
  });
});

test('an endpoint in a stack that is there stays where it would be: what can be done is to do without', async () => {
  const findings = await examined(aws, {
    'cloudformation DescribeStacks': '<StackStatus>UPDATE_COMPLETE</StackStatus>',
    'ec2 DescribeVpcEndpointServices': endpointIn('b'),
  });
  expect(of(findings, 'zones')).toMatchObject({
    verdict: 'problem',
    todo: 'set invokeFromDatabase to false',
  });
});
