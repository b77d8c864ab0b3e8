import type { AwsEnvironment } from '../aws-environment.ts';
import { UsageError } from '../errors.ts';
import { AwsAccount } from './account.ts';
import { profileRegion, sdkCredentials } from './credentials.ts';
import { readStack, type Stack } from './stack.ts';

/** CloudFormation's own rule for a name. An ARN would do as well, but then a region is said twice. */
const STACK_NAME = /^[a-zA-Z][a-zA-Z0-9-]{0,127}$/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

/**
 * Finds a stack in the account of whoever runs the command. `timeout` in seconds.
 * @throws UsageError, UnknownStackError, CredentialsError, and as AwsAccount.call does
 */
export async function openStack(
  name: string,
  region: string | null,
  environment: AwsEnvironment,
  timeout: number,
): Promise<Stack> {
  if (!STACK_NAME.test(name)) throw new UsageError(`"${name}" is no name of a stack.`);
  const where = region ?? environment.region ?? (await profileRegion());
  if (where === null) {
    throw new UsageError(
      'In which region is the stack? Give --region, or set AWS_REGION or a profile with one.',
    );
  }
  if (!REGION.test(where)) throw new UsageError(`"${where}" is no region such as eu-central-1.`);
  return readStack(name, new AwsAccount(where, await sdkCredentials(), environment, timeout));
}
