import { openTestFunction, type TestFunction } from '../../predict/lambda/function.ts';
import { AwsAccountStandIn } from '../../support/aws/account.ts';
import { RestApi } from '../../support/aws/rest-api.ts';
import type { Identity } from '../../support/aws/signature.ts';
import { type Run, type RunOptions, run } from './run.ts';

/** An account with one stack, `shop`, whose API is answered by the predict function's front door. */
export interface Shop {
  readonly account: AwsAccountStandIn;
  readonly api: RestApi;
  readonly lambda: TestFunction;
  /** Runs the command as an identity; `admin` unless said otherwise. */
  run(argv: readonly string[], options?: RunOptions & { readonly as?: Identity | null }): Promise<Run>;
  stop(): Promise<void>;
}

export const PLAN = 'plan12';
export const TRAIN_ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:shop-train';

export const ADMIN: Identity = {
  arn: 'arn:aws:iam::123456789012:user/admin',
  accessKeyId: 'AKIAADMIN',
  secretAccessKey: 'secret/with+signs=',
};
/** The same role in two sessions. */
export const SESSIONS = ['one', 'two'].map(
  (name): Identity => ({
    arn: `arn:aws:sts::123456789012:assumed-role/deploy/${name}`,
    accessKeyId: `ASIA${name.toUpperCase()}`,
    secretAccessKey: `secret-of-${name}`,
    sessionToken: `token-of-${name}`,
  }),
);

const VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;

export async function openShop(): Promise<Shop> {
  const account = await AwsAccountStandIn.start();
  account.identities.push(ADMIN, ...SESSIONS);
  account.gateway.plans.set(PLAN, new Set());
  const lambda = await openTestFunction();
  const api = await RestApi.start(account, (event) => lambda.event(event));
  account.cloudformation.stacks.set('shop', {
    region: 'eu-central-1',
    outputs: {
      ApiUrl: api.url,
      TrainFunction: TRAIN_ARN,
      DeadLetterQueueUrl: account.queue.url,
      UsagePlanId: PLAN,
    },
  });
  return {
    account,
    api,
    lambda,
    run: (argv, { as = ADMIN, environment, ...options } = {}) =>
      withCredentials(as, () =>
        run({ url: 'http://127.0.0.1:1' }, argv, {
          ...options,
          environment: { aws: account.environment(), ...environment },
        }),
      ),
    async stop() {
      await api.close();
      await account.close();
      await lambda.stop();
    },
  };
}

/** The SDK reads credentials from the process's variables. */
export async function withCredentials<T>(identity: Identity | null, work: () => Promise<T>): Promise<T> {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  const files = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];
  const given = [identity?.accessKeyId, identity?.secretAccessKey, identity?.sessionToken];
  for (const [at, name] of VARIABLES.entries()) set(name, given[at]);
  for (const name of files) process.env[name] = '/nowhere/at/all';
  process.env.AWS_EC2_METADATA_DISABLED = 'true';
  try {
    return await work();
  } finally {
    for (const [name, value] of before) set(name, value);
    for (const name of files) delete process.env[name];
  }
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
