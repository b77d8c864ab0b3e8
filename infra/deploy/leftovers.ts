import { AwsRefusalError, isCallFailure } from '../../services/cli/aws/errors.ts';
import type { Stack } from '../../services/cli/aws/stack.ts';
import { keysOfPlan, namedKeys, removeKey } from '../../services/cli/aws/usage-plan.ts';
import { allOf } from '../cost/template.ts';
import { ask } from '../doctor/aws/query.ts';
import type { Deployed } from './deployed.ts';
import type { Kept } from './kept.ts';

/** What no template names, and would outlive the stack: found while the stack is there, removed once it is gone. */
export interface Leftovers {
  /** API Gateway's ids of the keys that `hundredfold keys add` made, for this stack or an earlier one of the name. */
  readonly keys: readonly string[];
  /** Log groups of a fixed name: a service that writes its last lines after they were deleted makes them anew, without an end. */
  readonly logGroups: readonly string[];
  /** What is not ours to remove, or could not be looked for. */
  readonly kept: readonly Kept[];
}

/** Looks for them. What may not be looked at is named, and stands in nobody's way. */
export async function leftoversOf(stack: Stack, { template, names }: Deployed): Promise<Leftovers> {
  const logGroups = allOf(template, 'AWS::Logs::LogGroup')
    .filter(({ properties }) => properties.LogGroupName !== undefined)
    .flatMap(({ id }) => names.get(id) ?? []);
  const records = allOf(template, 'AWS::ApiGateway::DomainName').map(({ properties: { DomainName } }) => ({
    what: `the DNS record of ${DomainName}, which you made: it leads to nothing of yours any more`,
    remove: 'where you made it',
  }));
  try {
    const ours = (await namedKeys(stack, false)).map(({ gatewayId }) => gatewayId);
    const plans = allOf(template, 'AWS::ApiGateway::UsagePlan').flatMap(({ id }) => names.get(id) ?? []);
    const members = (await Promise.all(plans.map((plan) => keysOfPlan(stack, plan)))).flat();
    const others = members.filter(({ gatewayId }) => !ours.includes(gatewayId));
    const kept = others.map(({ gatewayId, name }) => ({
      what: `the API key ${name === '' ? gatewayId : `"${name}"`}, which somebody added to the usage plan by hand`,
      remove: `aws apigateway delete-api-key --api-key ${gatewayId}, unless another usage plan has it`,
    }));
    return { keys: ours, logGroups, kept: [...records, ...kept] };
  } catch (error) {
    if (!isCallFailure(error)) throw error;
    const kept = {
      what: `API keys named "hundredfold ${stack.name} …", if there are any: they could not be looked for (${error.message})`,
      remove: 'API Gateway in the console, API keys',
    };
    return { keys: [], logGroups, kept: [...records, kept] };
  }
}

/** Removes them. Returns what is still there, with how it is removed: that does not make a stack that is gone come back. */
export async function removeLeftovers(stack: Stack, { keys, logGroups, kept }: Leftovers): Promise<Kept[]> {
  const left: Kept[] = [...kept];
  for (const key of keys) {
    await removeKey(stack, key).catch((error: unknown) => {
      left.push(
        leftOver(`an API key, by which nobody can call anything (${key})`, error, {
          remove: `aws apigateway delete-api-key --api-key ${key}`,
        }),
      );
    });
  }
  for (const group of logGroups) {
    await removeLogGroup(stack, group).catch((error: unknown) => {
      left.push(
        leftOver(`the log group ${group}, where a service wrote its last lines after it was deleted`, error, {
          remove: `aws logs delete-log-group --log-group-name ${group}`,
        }),
      );
    });
  }
  return left;
}

function leftOver(what: string, error: unknown, { remove }: Pick<Kept, 'remove'>): Kept {
  if (!isCallFailure(error)) throw error;
  return { what: `${what}: ${error.message}`, remove };
}

async function removeLogGroup({ account }: Stack, logGroupName: string): Promise<void> {
  try {
    await ask(account, 'cloudwatch_logs', 'Logs_20140328.DeleteLogGroup', { logGroupName });
  } catch (error) {
    // As it should be.
    if (error instanceof AwsRefusalError && error.awsCode === 'ResourceNotFoundException') return;
    throw error;
  }
}
