import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { AwsFault } from '../../support/aws/received.ts';
import { describeWhere } from '../../support/requirement.ts';
import { ExaminedAccount } from '../doctor/empty-account.ts';
import { type Synthesised, stackPackages, synthesise } from '../templates/synthesised.ts';
import {
  AccountWithStack,
  changes,
  destroy,
  NAMES,
  runTool,
  type StackOptions,
  templateOf,
} from './account-with-stack.ts';

describeWhere(stackPackages(), 'npm run destroy, where nothing or little is to be removed', () => {
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

  test('of production is refused, and says how it is meant', async () => {
    deployed('hundredfold');
    const { code, output } = await destroy(aws, ['--yes']);
    expect(output).toMatch(/is protected[\s\S]*--lift-protection[\s\S]*protectData to false/);
    expect([code, changes(aws)]).toEqual([1, []]);
  }, 120_000);

  test('without a terminal and without --yes', async () => {
    deployed('hundredfold-development');
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

  test('of a protected stack whose first deployment was rolled back, and which has no outputs, takes its name away', async () => {
    const account = deployed('hundredfold', {
      status: 'ROLLBACK_COMPLETE',
      resourceStatus: 'DELETE_COMPLETE',
    });
    const { code, output } = await destroy(aws, ['--yes']);
    expect(output).toMatch(/is ROLLBACK_COMPLETE: its first deployment failed[\s\S]*hundredfold is gone/);
    expect([code, account.status]).toEqual([0, 'DELETE_COMPLETE']);
  }, 120_000);

  test('and npm run deploy, which lifts what would keep the cdk from making such a stack anew', async () => {
    const account = deployed('hundredfold', {
      status: 'ROLLBACK_COMPLETE',
      resourceStatus: 'DELETE_COMPLETE',
    });
    // The cdk itself comes as far as the images, which nobody builds here.
    const { code, output } = await runTool(aws, 'infra/deploy.ts', ['--skip-doctor']);
    expect(output).toMatch(/hundredfold is ROLLBACK_COMPLETE, and its protection was lifted/);
    expect([code, account.terminationProtection]).toEqual([1, false]);
  }, 120_000);
});
