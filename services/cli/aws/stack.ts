import type { AwsAccount } from './account.ts';
import { AwsRefusalError, StackIncompleteError, UnknownStackError } from './errors.ts';
import { firstText, textsOf } from './xml.ts';

/** What the command and `npm run destroy` read of a stack: the names of its outputs. */
export type OutputName =
  | 'ApiUrl'
  | 'TrainFunction'
  | 'DeadLetterQueueUrl'
  | 'UsagePlanId'
  | 'ModelsBucket'
  | 'SpoolBucket'
  | 'ClusterArn';

/** A deployed stack, by its outputs. */
export class Stack {
  readonly name: string;
  readonly account: AwsAccount;
  readonly #outputs: ReadonlyMap<string, string>;
  readonly #status: string;

  constructor(name: string, account: AwsAccount, outputs: ReadonlyMap<string, string>, status: string) {
    this.name = name;
    this.account = account;
    this.#outputs = outputs;
    this.#status = status;
  }

  /** @throws StackIncompleteError where the stack has no such output */
  output(name: OutputName): string {
    const value = this.#outputs.get(name);
    if (value !== undefined && value !== '') return value;
    throw new StackIncompleteError(
      `The stack ${this.name} has no output ${name} (it is ${this.#status}). Was it deployed to its end, and is it one of Hundredfold's?`,
    );
  }
}

/**
 * Asks CloudFormation for a stack.
 * @throws UnknownStackError, and as AwsAccount.call does
 */
export async function readStack(name: string, account: AwsAccount): Promise<Stack> {
  const form = new URLSearchParams({ Action: 'DescribeStacks', Version: '2010-05-15', StackName: name });
  const request = {
    method: 'POST',
    path: '/',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: form.toString(),
  } as const;
  const { text } = await account.call('cloudformation', request).catch((error: unknown) => {
    throw isUnknown(error) ? unknown(name, account, error) : error;
  });
  const outputs = textsOf(textsOf(text, 'Outputs')[0] ?? '', 'member').flatMap((member) => {
    const key = firstText(member, 'OutputKey');
    return key === null ? [] : [[key, firstText(member, 'OutputValue') ?? ''] as const];
  });
  return new Stack(name, account, new Map(outputs), firstText(text, 'StackStatus') ?? 'in an unknown state');
}

/** CloudFormation has no code of its own for it: the same one says that a name is malformed. */
function isUnknown(error: unknown): boolean {
  return (
    error instanceof AwsRefusalError &&
    error.awsCode === 'ValidationError' &&
    /does not exist/.test(error.message)
  );
}

function unknown(name: string, { region }: AwsAccount, cause: unknown): UnknownStackError {
  return new UnknownStackError(
    `There is no stack ${name} in ${region}: is it another region (--region, AWS_REGION), or another account (AWS_PROFILE)?`,
    { cause },
  );
}
