import { AwsRefusalError } from '../../services/cli/aws/errors.ts';
import type { Stack } from '../../services/cli/aws/stack.ts';
import { stateOf } from '../../services/cli/aws/stack-states.ts';
import { textsOf } from '../../services/cli/aws/xml.ts';
import { allOf, type StackTemplate } from '../cost/template.ts';
import { query } from '../doctor/aws/query.ts';
import type { Deployed } from './deployed.ts';

/** May the stack not be deleted, as its template says? */
export function isProtected(template: StackTemplate): boolean {
  return allOf(template, 'AWS::RDS::DBCluster').some(
    ({ properties }) => properties.DeletionProtection === true,
  );
}

/** What stands against deleting a stack, whoever put it there. */
export interface Protection {
  readonly stack: boolean;
  /** The names of its databases that may not be deleted. */
  readonly databases: readonly string[];
}

/** As it is now, and not as any template says: people switch it in the console. @throws as AwsAccount.call does */
export async function protectionOf(stack: Stack, { template, names }: Deployed): Promise<Protection> {
  const databases: string[] = [];
  for (const { id } of allOf(template, 'AWS::RDS::DBCluster')) {
    const name = names.get(id);
    if (name !== undefined && (await isDatabaseProtected(stack, name))) databases.push(name);
  }
  return { stack: stack.terminationProtection, databases };
}

export function isAny({ stack, databases }: Protection): boolean {
  return stack || databases.length > 0;
}

/** Lets the stack and its databases be deleted, and nothing else: what is kept stays kept. @throws as AwsAccount.call does */
export async function liftProtection({ account, name }: Stack, protection: Protection): Promise<void> {
  for (const database of protection.databases) {
    await query(account, 'rds', 'ModifyDBCluster', {
      DBClusterIdentifier: database,
      DeletionProtection: 'false',
      ApplyImmediately: 'true',
    });
  }
  if (!protection.stack) return;
  await query(account, 'cloudformation', 'UpdateTerminationProtection', {
    StackName: name,
    EnableTerminationProtection: 'false',
  });
}

/**
 * The CDK deletes a stack whose first deployment was rolled back before it makes it anew, and termination protection, which the
 * first attempt put on, would end that. Nothing is in such a stack. Says whether there was any. @throws as AwsAccount.call does
 */
export async function clearTheWay(stack: Stack): Promise<boolean> {
  if (stateOf(stack.status).deploy !== 'anew' || !stack.terminationProtection) return false;
  await liftProtection(stack, { stack: true, databases: [] });
  return true;
}

async function isDatabaseProtected({ account }: Stack, name: string): Promise<boolean> {
  try {
    const answer = await query(account, 'rds', 'DescribeDBClusters', { DBClusterIdentifier: name });
    return textsOf(answer, 'DeletionProtection').includes('true');
  } catch (error) {
    // Gone already is gone.
    if (error instanceof AwsRefusalError && error.awsCode === 'DBClusterNotFoundFault') return false;
    throw error;
  }
}
