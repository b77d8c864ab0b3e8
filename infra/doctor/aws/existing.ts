import type { AwsAccount } from '../../../services/cli/aws/account.ts';
import { UnknownStackError } from '../../../services/cli/aws/errors.ts';
import { readStack } from '../../../services/cli/aws/stack.ts';
import { stateOf, stateText } from '../../../services/cli/aws/stack-states.ts';
import { within } from '../../cost/template.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Look } from './look.ts';

interface FoundStack {
  /** It is there with what it takes of quotas and names. */
  readonly isThere: boolean;
  readonly finding: Finding;
}

/** Is there a stack of the name, and can it be deployed to? */
export async function checkStack(account: AwsAccount, name: string): Promise<FoundStack> {
  const of = 'stack';
  let status: string;
  try {
    status = (await readStack(name, account)).status;
  } catch (error) {
    if (!(error instanceof UnknownStackError)) throw error;
    return { isThere: false, finding: ok(of, `${name} is not there yet`) };
  }
  const { deploy, holds, todo } = stateOf(status);
  const says = stateText(name, status);
  const isThere = holds !== 'nothing';
  if (deploy === 'stops')
    return { isThere, finding: problem(of, says, todo ?? 'look at it in CloudFormation') };
  if (deploy === 'asks')
    return { isThere, finding: warning(of, says, todo ?? 'look at it in CloudFormation') };
  return { isThere, finding: ok(of, `${says}; ${DEPLOYING[deploy]}`) };
}

const DEPLOYING = {
  makes: 'deploying makes it',
  anew: 'deploying takes it away and makes it anew',
  updates: 'deploying brings it up to date',
} as const;

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
