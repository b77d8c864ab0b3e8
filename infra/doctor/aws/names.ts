import { AwsRefusalError } from '../../../services/cli/aws/errors.ts';
import { within } from '../../cost/template.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { Look } from './look.ts';
import { ask, query } from './query.ts';

/** Is anything of a fixed name there already, of no stack? CloudFormation makes nothing where one is, and rolls back. */
export async function checkNames(look: Look): Promise<Finding> {
  const of = 'names';
  const { account, needs, isThere } = look;
  if (isThere) return ok(of, `they are those of ${needs.stack}`);
  if (await isCluster(look)) {
    return problem(
      of,
      `${account.region} has a database cluster ${needs.cluster} already, which is of no stack ${needs.stack}`,
      'set another stackName in infra/settings.ts; or delete that cluster, if nobody needs it',
    );
  }
  for (const group of needs.logGroups) {
    if (!(await isLogGroup(look, group))) continue;
    return problem(
      of,
      `${account.region} has a log group ${group} already, of an earlier database`,
      `aws logs delete-log-group --log-group-name ${group}`,
    );
  }
  return ok(of, 'none is taken');
}

async function isCluster({ account, needs: { cluster } }: Look): Promise<boolean> {
  try {
    await query(account, 'rds', 'DescribeDBClusters', { DBClusterIdentifier: cluster });
    return true;
  } catch (error) {
    if (error instanceof AwsRefusalError && error.awsCode === 'DBClusterNotFoundFault') return false;
    throw error;
  }
}

async function isLogGroup({ account }: Look, name: string): Promise<boolean> {
  const answer = await ask(account, 'cloudwatch_logs', 'Logs_20140328.DescribeLogGroups', {
    logGroupNamePrefix: name,
  });
  const found = within(answer, 'logGroups');
  return Array.isArray(found) && found.some((group) => within(group, 'logGroupName') === name);
}
