import { asObject, at, listAt, textAt } from '../api/json.ts';
import { UnexpectedAnswerError } from '../errors.ts';
import { AwsRefusalError } from './errors.ts';
import type { Stack } from './stack.ts';

/** A key that the service has made. */
export interface MadeKey {
  readonly id: string;
  /** Its value, which is shown once. */
  readonly key: string;
  readonly role: string;
}

/** A key as API Gateway knows it. */
export interface RegisteredKey {
  /** API Gateway's own id of it. */
  readonly gatewayId: string;
  readonly id: string;
  readonly role: string;
  /** Only where it was asked for. */
  readonly value: string | null;
}

/** Without it API Gateway answers in HAL, with everything under `_embedded`. */
const PLAIN_JSON = { accept: 'application/json' };
/** As many as API Gateway gives at once. */
const PAGE = '500';

/**
 * Tells API Gateway of a key, without which it lets no call of predict and read pass: its value, and that it is one of the
 * stack's usage plan. What was half done is undone before it fails.
 * @throws as AwsAccount.call does
 */
export async function registerKey(stack: Stack, { id, key, role }: MadeKey): Promise<void> {
  const name = nameOf(stack, role, id);
  const description = 'Made by hundredfold; the service has its hash.';
  const made = await post(stack, '/apikeys', { name, description, enabled: true, value: key });
  const gatewayId = textAt(made, 'id');
  if (gatewayId === null) throw new UnexpectedAnswerError('API Gateway made a key and did not tell its id.');
  try {
    const plan = encodeURIComponent(stack.output('UsagePlanId'));
    await post(stack, `/usageplans/${plan}/keys`, { keyId: gatewayId, keyType: 'API_KEY' });
  } catch (error) {
    // Where even that fails, the key is in no plan, and revoking it by its id finds it still.
    await remove(stack, gatewayId).catch(() => undefined);
    throw error;
  }
}

/**
 * Removes a key from API Gateway, and with it from its usage plan. Says whether there was one.
 * @throws as AwsAccount.call does
 */
export async function unregisterKey(stack: Stack, id: string): Promise<boolean> {
  const keys = await registeredKeys(stack, false);
  const found = keys.filter((key) => key.id === id);
  for (const { gatewayId } of found) await remove(stack, gatewayId);
  return found.length > 0;
}

/**
 * The stack's keys in API Gateway; with their values where `values` says so.
 * @throws as AwsAccount.call does
 */
export async function registeredKeys(stack: Stack, values: boolean): Promise<RegisteredKey[]> {
  const found: RegisteredKey[] = [];
  let position: string | null = null;
  do {
    const query: Record<string, string> = {
      name: prefixOf(stack),
      limit: PAGE,
      includeValues: String(values),
      ...(position === null ? {} : { position }),
    };
    const request = { method: 'GET', path: '/apikeys', query, headers: PLAIN_JSON } as const;
    const { text } = await stack.account.call('api_gateway', request);
    const page: unknown = JSON.parse(text);
    for (const item of listAt(page, 'item')) {
      const key = registered(stack, item);
      if (key !== null) found.push(key);
    }
    position = textAt(page, 'position');
  } while (position !== null);
  return found;
}

function registered(stack: Stack, item: unknown): RegisteredKey | null {
  const prefix = prefixOf(stack);
  const name = textAt(item, 'name') ?? '';
  const gatewayId = textAt(item, 'id');
  const [role = '', id = '', ...more] = name.slice(prefix.length).split(' ');
  if (!name.startsWith(prefix) || gatewayId === null || id === '' || more.length > 0) return null;
  if (at(item, 'enabled') === false) return null;
  return { gatewayId, id, role, value: textAt(item, 'value') };
}

/** Names are no secret, and tell whose key it is: `hundredfold shop read 4mzkq…`. */
function nameOf(stack: Stack, role: string, id: string): string {
  return `${prefixOf(stack)}${role} ${id}`;
}

function prefixOf({ name }: Stack): string {
  return `hundredfold ${name} `;
}

async function post(stack: Stack, path: string, body: object): Promise<unknown> {
  const headers = { ...PLAIN_JSON, 'content-type': 'application/json' };
  const request = { method: 'POST', path, headers, body: JSON.stringify(body) } as const;
  const { text } = await stack.account.call('api_gateway', request);
  return asObject(JSON.parse(text));
}

async function remove(stack: Stack, gatewayId: string): Promise<void> {
  const path = `/apikeys/${encodeURIComponent(gatewayId)}`;
  await stack.account.call('api_gateway', { method: 'DELETE', path }).catch((error: unknown) => {
    // Gone already is gone.
    if (!(error instanceof AwsRefusalError) || error.status !== 404) throw error;
  });
}
