import type { AwsAccount } from '../../services/cli/aws/account.ts';
import { DeniedError } from '../../services/cli/aws/errors.ts';
import { thrown } from '../../services/cli/thrown.ts';
import { checkBootstrap } from './aws/bootstrap.ts';
import { checkCaller } from './aws/caller.ts';
import { checkConcurrency, checkMemory } from './aws/concurrency.ts';
import { checkDataApi, checkDatabases, checkEngine } from './aws/database.ts';
import { checkGatewayRole, checkStack } from './aws/existing.ts';
import type { Look } from './aws/look.ts';
import { checkNames } from './aws/names.ts';
import { checkVpcs } from './aws/network.ts';
import { checkZones } from './aws/zones.ts';
import { type Finding, problem, skipped, warning } from './finding.ts';
import type { StackNeeds } from './needs.ts';

/** Everything that is asked of the account, by what it is about. */
const CHECKS: Readonly<Record<string, (look: Look) => Promise<Finding>>> = {
  'CDK bootstrap': checkBootstrap,
  zones: checkZones,
  VPCs: checkVpcs,
  Aurora: checkEngine,
  'Data API': checkDataApi,
  databases: checkDatabases,
  names: checkNames,
  'Lambda concurrency': checkConcurrency,
  'Lambda memory': checkMemory,
  'API Gateway logs': checkGatewayRole,
};

/** Looks at the account with calls that change nothing. Without credentials, or offline, the first finding says so. */
export async function examineAccount(account: AwsAccount, needs: StackNeeds): Promise<Finding[]> {
  let caller: Awaited<ReturnType<typeof checkCaller>>;
  try {
    caller = await checkCaller(account);
  } catch (error) {
    const { code, message } = thrown(error);
    const offline = code === 'server_unreachable' || code === 'timed_out';
    const todo = offline
      ? 'is this machine on the internet, and is the region right?'
      : 'then run this again';
    const why = offline ? 'AWS cannot be reached' : 'needs credentials';
    return [
      problem('credentials', message, todo),
      ...['stack', ...Object.keys(CHECKS)].map((of) => skipped(of, why)),
    ];
  }
  const stack = await checkStack(account, needs.stack).catch((error: unknown) => ({
    isThere: false,
    finding: failed('stack', error),
  }));
  const look = { account, accountId: caller.accountId, needs, isThere: stack.isThere };
  const findings = await Promise.all(
    Object.entries(CHECKS).map(([of, check]) => check(look).catch((error: unknown) => failed(of, error))),
  );
  return [caller.finding, stack.finding, ...findings];
}

/** A look that is not allowed says nothing about the deployment, which the CDK's own roles carry out. */
function failed(of: string, error: unknown): Finding {
  const { message } = thrown(error);
  if (error instanceof DeniedError) {
    return warning(of, `not looked at. ${message}`, 'look with credentials that may read, or go on without');
  }
  return problem(of, message, 'try again; what cannot be looked at may fail while deploying');
}
