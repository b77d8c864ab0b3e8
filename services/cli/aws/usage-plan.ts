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
  /** Somebody may have switched it off in the console. */
  readonly enabled: boolean;
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
    await removeKey(stack, gatewayId).catch(() => undefined);
    throw error;
  }
}

/**
 * Removes a key from API Gateway, and with it from its usage plan. Says whether there was one.
 * @throws as AwsAccount.call does
 */
export async function unregisterKey(stack: Stack, id: string): Promise<boolean> {
  const keys = await namedKeys(stack, false);
  const found = keys.filter((key) => key.id === id);
  for (const { gatewayId } of found) await removeKey(stack, gatewayId);
  return found.length > 0;
}

/**
 * The keys that the stack's usage plan lets through, with their values; none that is switched off. A key that bears the stack's name and is in no plan of
 * it is one of an earlier stack of the name, and is refused.
 * @throws as AwsAccount.call does
 */
export async function registeredKeys(stack: Stack): Promise<RegisteredKey[]> {
  const [keys, members] = await Promise.all([
    namedKeys(stack, true),
    keysOfPlan(stack, stack.output('UsagePlanId')),
  ]);
  const admitted = new Set(members.map(({ gatewayId }) => gatewayId));
  return keys.filter(({ gatewayId, enabled }) => enabled && admitted.has(gatewayId));
}

/**
 * Every key that the command made for a stack of this name, this one or an earlier one; with their values where `values` says so.
 * @throws as AwsAccount.call does
 */
export async function namedKeys(stack: Stack, values: boolean): Promise<RegisteredKey[]> {
  const query = { name: prefixOf(stack), includeValues: String(values) };
  const items = await all(stack, '/apikeys', query);
  return items.flatMap((item) => registered(stack, item) ?? []);
}

/** A key of a usage plan, whoever made it. */
export interface PlanKey {
  readonly gatewayId: string;
  readonly name: string;
}

/** The keys of a usage plan; none where the plan is gone. @throws as AwsAccount.call does */
export async function keysOfPlan(stack: Stack, plan: string): Promise<PlanKey[]> {
  const items = await all(stack, `/usageplans/${encodeURIComponent(plan)}/keys`, {}).catch(noneWhereGone);
  return items.flatMap((item) => {
    const gatewayId = textAt(item, 'id');
    return gatewayId === null ? [] : [{ gatewayId, name: textAt(item, 'name') ?? '' }];
  });
}

function noneWhereGone(error: unknown): unknown[] {
  if (error instanceof AwsRefusalError && error.status === 404) return [];
  throw error;
}

/** Removes a key by API Gateway's id of it. @throws as AwsAccount.call does */
export async function removeKey(stack: Stack, gatewayId: string): Promise<void> {
  const path = `/apikeys/${encodeURIComponent(gatewayId)}`;
  await stack.account.call('api_gateway', { method: 'DELETE', path }).catch((error: unknown) => {
    // Gone already is gone.
    if (!(error instanceof AwsRefusalError) || error.status !== 404) throw error;
  });
}

/** All pages of a list. */
async function all(stack: Stack, path: string, query: Readonly<Record<string, string>>): Promise<unknown[]> {
  const found: unknown[] = [];
  let position: string | null = null;
  do {
    const { text } = await stack.account.call('api_gateway', {
      method: 'GET',
      path,
      query: { ...query, limit: PAGE, ...(position === null ? {} : { position }) },
      headers: PLAIN_JSON,
    });
    const page: unknown = JSON.parse(text);
    found.push(...listAt(page, 'item'));
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
  return { gatewayId, id, role, enabled: at(item, 'enabled') !== false, value: textAt(item, 'value') };
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
