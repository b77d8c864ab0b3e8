import { roleOfCall } from '../../api/route-access.ts';
import type { RouteAccess } from '../../api/routes.ts';
import type { ApiSettings, OutgoingRequest } from '../api/client.ts';
import type { RefusalError } from '../api/refusal.ts';
import { KeyNeededError } from './errors.ts';
import type { Stack } from './stack.ts';
import { registeredKeys } from './usage-plan.ts';

/**
 * How the API of a stack is told who asks: an admin's call is signed, a call of predict or read has an API key of the usage
 * plan: the one that is given, or one of that role that API Gateway knows. Such a key is asked for when it is first needed,
 * and written down nowhere.
 */
export function stackAccess(stack: Stack, key: string | null): Pick<ApiSettings, 'authorize' | 'advise'> {
  const found = new Map<RouteAccess['role'], Promise<string>>();
  const keyFor = (role: RouteAccess['role']) => {
    const known = found.get(role) ?? registeredKeyFor(stack, role);
    found.set(role, known);
    return known;
  };
  return {
    async authorize(request: OutgoingRequest) {
      const role = roleOfCall(request.method, request.path);
      if (role === 'anyone') return {};
      if (role === 'admin') return stack.account.sign('execute-api', request);
      return { 'x-api-key': key ?? (await keyFor(role)) };
    },
    advise: (refusal) => adviceOn(refusal, stack),
  };
}

async function registeredKeyFor(stack: Stack, role: RouteAccess['role']): Promise<string> {
  const keys = await registeredKeys(stack);
  const fitting = keys.find((key) => key.role === role && key.value !== null);
  const value = fitting?.value ?? keys.find((key) => key.role === 'admin')?.value;
  if (value !== undefined && value !== null) return value;
  throw new KeyNeededError(
    `This call needs an API key of the role ${role}, and ${stack.name} has none: \`hundredfold --stack ${stack.name} keys add ${role}\` makes one. A key that you have goes into --key or HUNDREDFOLD_KEY.`,
  );
}

/** API Gateway's own refusals have no code, only a message. */
function adviceOn({ status, code, detail }: RefusalError, stack: Stack): string | null {
  if (code !== 'refused') return null;
  if (status === 403 && /not authorized to perform/.test(detail ?? '')) {
    return `Your AWS identity may not make this call: it needs execute-api:Invoke on the API of ${stack.name}.`;
  }
  if (status === 403 && /security token|signature/i.test(detail ?? '')) {
    return 'API Gateway does not accept the AWS credentials: have they expired?';
  }
  if (status === 403) {
    return `API Gateway does not know the API key: is it one of ${stack.name}, made with \`hundredfold --stack ${stack.name} keys add\`? A new one takes up to a minute to be known.`;
  }
  if (status === 429) return 'The usage plan of the stack allows no more calls for now.';
  if (status === 504) return 'The service did not answer within the 29 seconds that API Gateway waits.';
  return null;
}
