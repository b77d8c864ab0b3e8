import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { clearTheWay } from '../../../infra/deploy/protection.ts';
import { takeDown } from '../../../infra/deploy/take-down.ts';
import { STACK_STATES, stateOf } from '../../../services/cli/aws/stack-states.ts';
import { AwsFault } from '../../support/aws/received.ts';
import { ExaminedAccount, newAccount } from '../doctor/empty-account.ts';
import { AccountWithStack, changes, type StackOptions, type TemplateDocument } from './account-with-stack.ts';

/** Of a stack as `production` makes it, as far as taking it down looks at it. */
const PROTECTED: TemplateDocument = {
  Resources: {
    StoreModels1: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'RetainExceptOnCreate' },
    DatabaseCluster: {
      Type: 'AWS::RDS::DBCluster',
      DeletionPolicy: 'Snapshot',
      Properties: { DBClusterIdentifier: 'mine', DeletionProtection: true },
    },
    DatabaseLogs: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: '/aws/rds/cluster/mine/postgresql' },
    },
    ApiUsage: { Type: 'AWS::ApiGateway::UsagePlan' },
  },
};
const NAMES = { DatabaseCluster: 'mine', DatabaseLogs: '/aws/rds/cluster/mine/postgresql', ApiUsage: 'plan' };

let aws: ExaminedAccount;
const client = new S3Client({ region: 'eu-central-1' });
beforeAll(async () => {
  aws = await ExaminedAccount.start();
});
afterAll(async () => {
  client.destroy();
  await aws.close();
});
beforeEach(() => {
  aws.answers = newAccount();
  aws.calls.length = 0;
});

const accountWith = (options: StackOptions = {}, template = PROTECTED) =>
  new AccountWithStack(aws, 'mine', template, { names: NAMES, ...options });

/** Takes it down as `npm run destroy -- --yes` does, with the deletion that CloudFormation would carry out. */
async function down(account: AccountWithStack, { mayLift = false, confirmed = true } = {}) {
  const said: string[] = [];
  const code = await takeDown({
    stack: await account.stack(),
    client,
    mayLift,
    confirm: async () => confirmed,
    say: (line) => said.push(line),
    cdk: async () => {
      account.delete();
      return account.status === 'DELETE_COMPLETE' ? 0 : 1;
    },
  });
  return { code, said: said.join('\n') };
}

describe('npm run destroy on a protected stack without outputs that is', () => {
  /** Of every state: gone, refused because it is protected, or told to wait for another end. */
  const OUTCOMES: Readonly<Record<string, 'gone' | 'protected' | 'told'>> = {
    REVIEW_IN_PROGRESS: 'gone',
    CREATE_IN_PROGRESS: 'told',
    CREATE_FAILED: 'gone',
    CREATE_COMPLETE: 'protected',
    ROLLBACK_IN_PROGRESS: 'told',
    ROLLBACK_FAILED: 'gone',
    ROLLBACK_COMPLETE: 'gone',
    UPDATE_IN_PROGRESS: 'told',
    UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'told',
    UPDATE_COMPLETE: 'protected',
    UPDATE_FAILED: 'protected',
    UPDATE_ROLLBACK_IN_PROGRESS: 'told',
    UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'told',
    UPDATE_ROLLBACK_FAILED: 'protected',
    UPDATE_ROLLBACK_COMPLETE: 'protected',
    DELETE_IN_PROGRESS: 'told',
    DELETE_FAILED: 'protected',
    DELETE_COMPLETE: 'told',
    IMPORT_IN_PROGRESS: 'told',
    IMPORT_COMPLETE: 'protected',
    IMPORT_ROLLBACK_IN_PROGRESS: 'told',
    IMPORT_ROLLBACK_FAILED: 'protected',
    IMPORT_ROLLBACK_COMPLETE: 'protected',
    SOME_NEWER_STATE: 'protected',
  };

  test('each state has its outcome here', () => {
    expect(
      Object.keys(OUTCOMES)
        .filter((status) => status !== 'SOME_NEWER_STATE')
        .sort(),
    ).toEqual(Object.keys(STACK_STATES).sort());
  });

  test.each(Object.entries(OUTCOMES))('%s: %s', async (status, outcome) => {
    const nothing = stateOf(status).holds === 'nothing';
    const account = accountWith({ status, resourceStatus: nothing ? 'DELETE_COMPLETE' : 'CREATE_COMPLETE' });
    const { code, said } = await down(account);
    if (outcome === 'gone') {
      expect([code, account.status]).toEqual([0, 'DELETE_COMPLETE']);
      expect(said).toMatch(/mine is gone\. Still there:/);
      return;
    }
    expect([code, account.status, changes(aws)]).toEqual([1, status, []]);
    expect(said).toMatch(
      outcome === 'told' ? new RegExp(`mine is ${status}: .*Nothing was removed: .+`) : /--lift-protection/,
    );
    // And with the option it goes, where it may go at all.
    if (outcome === 'protected') {
      expect((await down(account, { mayLift: true })).code).toBe(0);
      expect(account.status).toBe('DELETE_COMPLETE');
    }
  });
});

describe('taking down', () => {
  test('lifts the protection of stack and database, has the stack deleted, and removes its keys after it', async () => {
    const account = accountWith();
    const { said } = await down(account, { mayLift: true });
    expect(changes(aws)).toEqual([
      'rds ModifyDBCluster',
      'cloudformation UpdateTerminationProtection',
      'apigateway DELETE /apikeys/k1',
      'apigateway DELETE /apikeys/k2',
      'apigateway DELETE /apikeys/old',
      'apigateway DELETE /apikeys/off',
      'logs Logs_20140328.DeleteLogGroup',
    ]);
    // Those of another stack, and what somebody made by hand, are not ours.
    expect(account.keys.map(({ id }) => id)).toEqual(['hand', 'other']);
    expect(said).toMatch(/API key "a partner".*by hand/);
  });

  test.each([
    ['took away again', 'ROLLBACK_FAILED', 'DELETE_COMPLETE'],
    ['never made, since somebody has one of the name', 'CREATE_FAILED', 'CREATE_FAILED'],
  ])('what a failed deployment %s is neither lifted nor kept', async (_what, status, resourceStatus) => {
    const account = accountWith({ status, resourceStatus });
    account.terminationProtection = false;
    account.databaseProtection = true;
    account.delete = () => {
      account.status = 'DELETE_COMPLETE';
      return '';
    };
    const { code, said } = await down(account);
    expect([code, changes(aws).filter((call) => call.startsWith('rds'))]).toEqual([0, []]);
    expect(said).not.toMatch(/snapshot|bucket/);
  });

  test('of a database that somebody protected by hand is refused, too', async () => {
    const open = structuredClone(PROTECTED.Resources);
    const account = accountWith(
      {},
      { Resources: { ...open, DatabaseCluster: { Type: 'AWS::RDS::DBCluster' } } },
    );
    account.databaseProtection = true;
    expect(await down(account)).toMatchObject({ code: 1, said: expect.stringMatching(/is protected/) });
  });

  test('goes by what was deployed, not by the settings of today: buckets that stay are not emptied', async () => {
    const account = accountWith();
    expect((await down(account, { mayLift: true })).code).toBe(0);
    expect(aws.calls.filter((call) => call.startsWith('s3'))).toEqual([]);
  });

  test('names the DNS record of its host name: it would lead to whoever gets the address next', async () => {
    const domain = { Type: 'AWS::ApiGateway::DomainName', Properties: { DomainName: 'api.example.com' } };
    const account = accountWith({}, { Resources: { ...PROTECTED.Resources, Domain: domain } });
    expect((await down(account, { mayLift: true })).said).toMatch(/the DNS record of api\.example\.com/);
  });

  test('names what another version of the stack keeps, and that there are no words for here', async () => {
    const queue = { Type: 'AWS::SQS::Queue', DeletionPolicy: 'Retain' };
    const account = accountWith(
      { names: { ...NAMES, Waiting: 'mine-waiting' } },
      {
        Resources: { ...PROTECTED.Resources, Waiting: queue },
      },
    );
    const { code, said } = await down(account, { mayLift: true });
    expect([code, said]).toEqual([0, expect.stringMatching(/AWS::SQS::Queue mine-waiting/)]);
  });

  test('changes nothing where it was not meant', async () => {
    const { code, said } = await down(accountWith(), { mayLift: true, confirmed: false });
    expect([code, changes(aws)]).toEqual([1, []]);
    expect(said).toMatch(/Kept:[\s\S]*a last snapshot[\s\S]*Nothing was removed/);
  });

  test('that fails leaves the keys alone: they are those of a stack that answers still', async () => {
    const account = accountWith();
    account.delete = () => {
      account.status = 'DELETE_FAILED';
      return '';
    };
    expect((await down(account, { mayLift: true })).code).toBe(1);
    expect(account.keys).toHaveLength(6);
  });

  test('names the keys that it may not remove or look for, each with how', async () => {
    const account = accountWith();
    aws.answers['apigateway DELETE /apikeys/k2'] = new AwsFault(403, 'AccessDeniedException', 'not you');
    expect((await down(account, { mayLift: true })).said).toMatch(
      /Still there:[\s\S]*an API key.*\(k2\).*not you\n.*delete-api-key --api-key k2/,
    );
    aws.answers['apigateway GET /apikeys'] = new AwsFault(403, 'AccessDeniedException', 'not you');
    expect((await down(accountWithout(account), { mayLift: true })).said).toMatch(
      /API keys named "hundredfold mine …", if there are any/,
    );
  });

  test('removes the log group that RDS made anew, and names one that it may not remove', async () => {
    const account = accountWith();
    aws.answers['logs Logs_20140328.DeleteLogGroup'] = new AwsFault(400, 'AccessDeniedException', 'not you');
    expect((await down(account, { mayLift: true })).said).toMatch(
      /log group \/aws\/rds\/cluster\/mine\/postgresql.*not you\n.*aws logs delete-log-group/,
    );
  });
});

/** As after a failed look: the stack is there again, and protected no longer. */
function accountWithout(account: AccountWithStack): AccountWithStack {
  account.status = 'CREATE_COMPLETE';
  return account;
}

describe('npm run deploy', () => {
  test.each(Object.keys(STACK_STATES))(
    'lifts no protection of a stack that is %s, but of one that is made anew',
    async (status) => {
      const account = accountWith({ status });
      const lifted = await clearTheWay(await account.stack());
      expect([lifted, account.terminationProtection, account.databaseProtection]).toEqual(
        status === 'ROLLBACK_COMPLETE' ? [true, false, true] : [false, true, true],
      );
    },
  );
});
