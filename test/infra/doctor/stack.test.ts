import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { STACK_STATES } from '../../../services/cli/aws/stack-states.ts';
import { ExaminedAccount, newAccount } from './empty-account.ts';
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

describe('a stack that is', () => {
  const stackIn = async (status: string) =>
    of(
      await examined(aws, { 'cloudformation DescribeStacks': `<StackStatus>${status}</StackStatus>` }),
      'stack',
    );
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
      const findings = await examined(aws, {
        'cloudformation DescribeStacks': `<StackStatus>${status}</StackStatus>`,
        'ec2 DescribeVpcs': '<vpcId>v</vpcId>'.repeat(5),
      });
      expect(of(findings, 'VPCs')?.verdict).toBe('problem');
    },
  );
});
