import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { describeWhere } from '../../support/requirement.ts';
import { ExaminedAccount } from '../doctor/empty-account.ts';
import { type Synthesised, stackPackages, synthesise } from '../templates/synthesised.ts';
import {
  AccountWithStack,
  changes,
  destroy,
  NAMES,
  type StackOptions,
  templateOf,
} from './account-with-stack.ts';

describeWhere(stackPackages(), 'npm run destroy, with the real cdk, in an account of stand-ins', () => {
  let aws: ExaminedAccount;
  let made: Synthesised;
  beforeAll(async () => {
    made = await synthesise();
  }, 120_000);
  afterAll(() => made.remove());
  const deployed = (stack: string, options: StackOptions = {}) =>
    new AccountWithStack(aws, stack, templateOf(made, stack), { names: NAMES, ...options });
  beforeEach(async () => {
    aws = await ExaminedAccount.start();
  });
  afterEach(() => aws.close());

  test('of development empties its buckets, has the stack deleted, and says what is left', async () => {
    const account = deployed('hundredfold-development');
    const { code, output } = await destroy(aws, ['--profile', 'development', '--yes']);
    expect(output).toMatch(/will be taken down[\s\S]*models: 2 objects[\s\S]*is gone\. Still there:/);
    expect([code, account.status, account.versions]).toEqual([0, 'DELETE_COMPLETE', 0]);
    expect(changes(aws).slice(0, 2)).toEqual(['s3 POST /models/', 'cloudformation DeleteStack']);
    expect(account.keys.map(({ id }) => id)).toEqual(['hand', 'other']);
  }, 120_000);

  test('of production with --lift-protection keeps the buckets as they are, and a last snapshot', async () => {
    const account = deployed('hundredfold');
    const { code, output } = await destroy(aws, ['--yes', '--lift-protection']);
    expect(output).toMatch(/is gone\. Still there:[\s\S]*a last snapshot/);
    expect([code, account.versions]).toEqual([0, 2]);
    expect(changes(aws).slice(0, 3)).toEqual([
      'rds ModifyDBCluster',
      'cloudformation UpdateTerminationProtection',
      'cloudformation DeleteStack',
    ]);
  }, 120_000);
});
