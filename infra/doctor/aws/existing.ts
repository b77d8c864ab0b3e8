import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import { UnknownStackError } from '../../../services/cli/aws/errors.ts';
import { readStack } from '../../../services/cli/aws/stack.ts';
import { firstText } from '../../../services/cli/aws/xml.ts';
import { within } from '../../cost/template.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Look } from './look.ts';
import { query } from './query.ts';

interface StackState {
  readonly isThere: boolean;
  readonly finding: Finding;
}

/** Is there a stack of the name, and can it be deployed to? */
export async function checkStack(account: AwsAccount, stack: string): Promise<StackState> {
  const of = 'stack';
  try {
    await readStack(stack, account);
  } catch (error) {
    if (!(error instanceof UnknownStackError)) throw error;
    return { isThere: false, finding: ok(of, `${stack} is not there yet`) };
  }
  const status =
    firstText(
      await query(account, 'cloudformation', 'DescribeStacks', { StackName: stack }),
      'StackStatus',
    ) ?? '';
  return { isThere: true, finding: judged(stack, status) };
}

function judged(stack: string, status: string): Finding {
  const of = 'stack';
  if (/^ROLLBACK_(COMPLETE|FAILED)$|^DELETE_FAILED$/.test(status)) {
    return problem(
      of,
      `${stack} is ${status}: an earlier deployment or removal was not finished`,
      'npm run destroy takes away what is left of it; then deploy again',
    );
  }
  if (status.endsWith('_IN_PROGRESS')) return problem(of, `${stack} is ${status}`, 'wait for it to end');
  return ok(of, `${stack} is there (${status}) and is brought up to date`);
}

/** API Gateway writes logs by one role for the whole account and region; another stack may have set it. */
export async function checkGatewayRole({ account, needs: { gatewayRole, stack } }: Look): Promise<Finding> {
  const of = 'API Gateway logs';
  const { text } = await account.call('api_gateway', {
    method: 'GET',
    path: '/account',
    headers: { accept: 'application/json' },
  });
  const role = within(JSON.parse(text), 'cloudwatchRoleArn');
  const isSet = typeof role === 'string' && role !== '';
  if (!gatewayRole && !isSet) {
    return problem(of, 'the account has no role by which they are written', 'set apiLogsRole to true');
  }
  if (gatewayRole && isSet && !role.includes(`role/${stack}-Api`)) {
    return warning(
      of,
      `the account writes them by ${role} already; deploying puts another one in its place`,
      'set apiLogsRole to false in infra/settings.ts to keep it',
    );
  }
  return ok(of, isSet ? `written by ${role}` : 'a role for them is made');
}
