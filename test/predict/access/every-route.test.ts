import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTE_ACCESS, type RouteAccess } from '../../../services/api/routes.ts';
import { newKey } from '../../../services/predict/access/key.ts';
import { type KeyedService, startKeyedService } from './keyed-service.ts';

const IDENTITY = 'x-identity-0123456789abcdef';
const ARN = 'arn:aws:iam::111122223333:user/ada';
const REFUSALS = ['key_missing', 'key_unknown', 'role_insufficient', 'host_unknown', 'keys_unavailable'];

/** Who asks, by what they bring. */
const callers = new Map<string, Record<string, string>>();
let keyed: KeyedService;

beforeAll(async () => {
  keyed = await startKeyedService({ trustedIdentityHeader: IDENTITY, needsAdminKey: false });
  const [predict, read, admin, revoked] = [
    await keyed.add('predict'),
    await keyed.add('read'),
    await keyed.add('admin'),
    await keyed.add('admin'),
  ];
  const { url } = keyed;
  const gone = await fetch(`${url}/keys/${revoked.slice(3, 15)}`, {
    method: 'DELETE',
    headers: { 'x-api-key': admin },
  });
  expect(gone.status).toBe(200);
  const otherSecret = `${admin.slice(0, 16)}${newKey('admin').key.slice(16)}`;
  const brings: Record<string, Record<string, string>> = {
    none: {},
    empty: { 'x-api-key': '' },
    'no key at all': { 'x-api-key': 'sesame' },
    unknown: { 'x-api-key': newKey('admin').key },
    'wrong secret': { 'x-api-key': otherSecret },
    'upper case': { 'x-api-key': admin.toUpperCase() },
    revoked: { 'x-api-key': revoked },
    'in the address': {},
    'basic authorization': { authorization: `Basic ${btoa(`${admin}:`)}` },
    'an identity that the front door did not name': { 'x-identity': ARN },
    predict: { 'x-api-key': predict },
    read: { 'x-api-key': read },
    admin: { 'x-api-key': admin },
    'admin as bearer': { authorization: `Bearer ${admin}` },
    'IAM identity': { [IDENTITY]: ARN },
  };
  for (const [name, headers] of Object.entries(brings)) callers.set(name, headers);
  query = `?key=${admin}`;
});
afterAll(() => keyed.stop());
let query = '';

function expected(caller: string, role: RouteAccess['role']): string {
  if (role === 'anyone' || /^(admin|IAM)/.test(caller)) return 'answered';
  if (caller === 'predict' || caller === 'read') {
    return caller === role ? 'answered' : '403 role_insufficient';
  }
  return /^(none|in the address|basic|an identity)/.test(caller) ? '401 key_missing' : '401 key_unknown';
}

/** `answered` where the route itself did, whatever it says of a predictor that there is not; else the refusal. */
async function outcome({ method, path }: RouteAccess, caller: string): Promise<string> {
  const real = path.replace('{file+}', 'static/index.html').replaceAll(/\{\w+\}/g, 'nothing');
  const response = await fetch(`${keyed.url}${real}${caller === 'in the address' ? query : ''}`, {
    method,
    headers: callers.get(caller) ?? {},
    redirect: 'manual',
  });
  const text = await response.text();
  const code = /"code":"(\w+)"/.exec(text)?.[1] ?? '';
  if (response.status === 401) expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
  return REFUSALS.includes(code) ? `${response.status} ${code}` : 'answered';
}

describe('every route of the table, asked by everybody', () => {
  test.each(ROUTE_ACCESS.map((entry) => [entry.method, entry.path, entry.role, entry] as const))(
    '%s %s is for %s',
    async (_method, _path, role, entry) => {
      const answers: Record<string, string> = {};
      const due: Record<string, string> = {};
      for (const caller of callers.keys()) {
        answers[caller] = await outcome(entry, caller);
        due[caller] = expected(caller, role);
      }
      expect(Object.keys(answers).length).toBe(15);
      expect(answers).toEqual(due);
    },
  );

  test('is what the table of the guide says', async () => {
    const columns = ['none', 'predict', 'read', 'admin', 'IAM identity'];
    const lines: string[] = [];
    for (const entry of ROUTE_ACCESS) {
      const cells = await Promise.all(columns.map((caller) => outcome(entry, caller)));
      const shown = cells.map((cell) => (cell === 'answered' ? 'yes' : cell.slice(0, 3)));
      lines.push(`| \`${entry.method} ${entry.path}\` | ${shown.join(' | ')} |`);
    }
    const guide = readFileSync('docs/guide/access.md', 'utf8');
    expect(guide.split('\n').filter((line) => /^\| `(GET|POST|PUT|DELETE) /.test(line))).toEqual(lines);
  });

  test('a HEAD asks for what its GET asks for', async () => {
    const head = (headers: Record<string, string>) =>
      fetch(`${keyed.url}/predictors`, { method: 'HEAD', headers });
    expect((await head({})).status).toBe(401);
    expect((await head(callers.get('predict') ?? {})).status).toBe(403);
    expect((await head(callers.get('read') ?? {})).status).toBe(200);
  });

  test('who may not call learns nothing of what there is: a predictor that exists is refused as one that does not', async () => {
    await keyed.service.call('PUT', '/predictors/real', {}, callers.get('admin') ?? {});
    const texts = await Promise.all(
      ['real', 'unreal'].map(async (name) =>
        (await fetch(`${keyed.url}/predictors/${name}`, { headers: callers.get('unknown') ?? {} })).text(),
      ),
    );
    expect(texts[0]).toBe(texts[1]);
  });

  test('an unknown id, a wrong secret and a revoked key are refused in the same words', async () => {
    const texts = await Promise.all(
      ['no key at all', 'unknown', 'wrong secret', 'revoked'].map(async (caller) =>
        (await fetch(`${keyed.url}/keys`, { headers: callers.get(caller) ?? {} })).text(),
      ),
    );
    expect(new Set(texts).size).toBe(1);
  });
});
