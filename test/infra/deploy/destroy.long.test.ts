import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AwsFault } from '../../support/aws/received.ts';
import { describeWhere } from '../../support/requirement.ts';
import { ExaminedAccount } from '../doctor/empty-account.ts';
import { stackPackages } from '../templates/synthesised.ts';
import { AccountWithStack, changes, destroy } from './account-with-stack.ts';

describeWhere(stackPackages(), 'npm run destroy, where nothing is to be removed', () => {
  let aws: ExaminedAccount;
  beforeEach(async () => {
    aws = await ExaminedAccount.start();
  });
  afterEach(() => aws.close());

  test('of production is refused, and says how it is meant', async () => {
    new AccountWithStack(aws, 'hundredfold');
    const { code, output } = await destroy(aws, ['--yes']);
    expect(output).toMatch(/is protected[\s\S]*--lift-protection[\s\S]*protectData to false/);
    expect([code, changes(aws)]).toEqual([1, []]);
  }, 120_000);

  test('without a terminal and without --yes', async () => {
    new AccountWithStack(aws, 'hundredfold-development');
    const { code, output } = await destroy(aws, ['--profile', 'development']);
    expect(output).toMatch(/Nothing was removed/);
    expect([code, changes(aws)]).toEqual([1, []]);
  }, 120_000);

  test('where there is no such stack', async () => {
    aws.answers['cloudformation DescribeStacks'] = new AwsFault(
      400,
      'ValidationError',
      'Stack with id x does not exist',
    );
    const { code, output } = await destroy(aws, ['--profile', 'development', '--yes']);
    expect(output).toMatch(/There is no stack hundredfold-development in eu-central-1/);
    expect([code, changes(aws)]).toEqual([1, []]);
  }, 120_000);
});
