import type { Stack } from '../../services/cli/aws/stack.ts';
import { allOf, type StackTemplate } from '../cost/template.ts';
import { query } from '../doctor/aws/query.ts';

/** May the stack not be deleted, as its template says? */
export function isProtected(template: StackTemplate): boolean {
  return allOf(template, 'AWS::RDS::DBCluster').some(
    ({ properties }) => properties.DeletionProtection === true,
  );
}

/** Lets the stack and its database be deleted, and nothing else: what is kept stays kept. @throws as AwsAccount.call does */
export async function liftProtection(stack: Stack): Promise<void> {
  const cluster = stack.output('ClusterArn').split(':').at(-1) ?? '';
  await query(stack.account, 'rds', 'ModifyDBCluster', {
    DBClusterIdentifier: cluster,
    DeletionProtection: 'false',
    ApplyImmediately: 'true',
  });
  await query(stack.account, 'cloudformation', 'UpdateTerminationProtection', {
    StackName: stack.name,
    EnableTerminationProtection: 'false',
  });
}
