import type { AwsAccount } from './account.ts';
import { AwsRefusalError, StackIncompleteError, UnknownStackError } from './errors.ts';
import { stateOf, stateText } from './stack-states.ts';
import { firstText, textsOf } from './xml.ts';

/** What the command reads of a stack: the names of its outputs. */
export type OutputName = 'ApiUrl' | 'TrainFunction' | 'DeadLetterQueueUrl' | 'UsagePlanId';

/** What CloudFormation says of a stack, beside its outputs. */
export interface StackFacts {
  /** `CREATE_COMPLETE`. */
  readonly status: string;
  /** CloudFormation refuses to delete it. */
  readonly terminationProtection: boolean;
}

/** A stack as CloudFormation has it, whether it was ever deployed to its end or not. */
export class Stack {
  readonly name: string;
  readonly account: AwsAccount;
  readonly status: string;
  readonly terminationProtection: boolean;
  readonly #outputs: ReadonlyMap<string, string>;

  constructor(name: string, account: AwsAccount, outputs: ReadonlyMap<string, string>, facts: StackFacts) {
    this.name = name;
    this.account = account;
    this.status = facts.status;
    this.terminationProtection = facts.terminationProtection;
    this.#outputs = outputs;
  }

  /**
   * A warning, where its state lets a command go on and may be why that fails; else null.
   * @throws StackIncompleteError where the state leaves nothing to ask
   */
  checkState(): string | null {
    const { commands, todo } = stateOf(this.status);
    if (commands === 'works') return null;
    const text =
      `The stack ${stateText(this.name, this.status)}. ${todo === null ? '' : sentence(todo)}`.trim();
    if (commands === 'stops') throw new StackIncompleteError(text);
    return text;
  }

  /** @throws StackIncompleteError where the stack has no such output */
  output(name: OutputName): string {
    const value = this.#outputs.get(name);
    if (value !== undefined && value !== '') return value;
    throw new StackIncompleteError(
      `The stack ${this.name} has no output ${name} (${this.name} is ${this.status}). Was it deployed to its end, and is it one of Hundredfold's?`,
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
  return new Stack(name, account, new Map(outputs), {
    status: firstText(text, 'StackStatus') ?? 'in an unknown state',
    terminationProtection: firstText(text, 'EnableTerminationProtection') === 'true',
  });
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

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
