import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { STACK_STATES, stateOf } from '../../../services/cli/aws/stack-states.ts';
import { searches } from '../../predict/support/service.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { ADMIN, openShop, PLAN, SESSIONS, type Shop } from '../support/shop.ts';

let shop: Shop;
let folder: TemporaryFolder;
beforeAll(async () => {
  [shop, folder] = await Promise.all([openShop(), temporaryFolder()]);
});
afterAll(async () => {
  await shop.stop();
  await folder.remove();
});

const onShop = (...argv: string[]) => ['--stack', 'shop', ...argv];

async function fileOf(name: string, content: string | object): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

describe('hundredfold --stack', () => {
  test("signs an admin's calls, and sends a key with the others", async () => {
    const definition = { ...searches, inputs: { query: { type: 'text' } } };
    const applied = await shop.run(onShop('apply', await fileOf('predictor.json', definition)));
    expect(applied).toMatchObject({ status: 0, out: expect.stringContaining('created searches') });
    const none = await shop.run(onShop('status'));
    expect(none.status).toBe(1);
    expect(none.err).toContain('hundredfold --stack shop keys add read');
    expect(none.err).toContain('code: key_needed');

    const added = await shop.run(onShop('keys', 'add', 'read'));
    expect(added.status).toBe(0);
    const key = added.out.trim();
    expect(key).toMatch(/^hf_/);
    const [registered, ...more] = shop.account.gateway.keys.values();
    expect(more).toEqual([]);
    expect(registered).toMatchObject({
      value: key,
      name: expect.stringMatching(/^hundredfold shop read \w{12}$/),
    });
    expect([...(shop.account.gateway.plans.get(PLAN) ?? [])]).toEqual([registered?.id]);

    // Found in API Gateway, or given.
    expect((await shop.run(onShop('status'))).out).toContain('searches');
    const calls = shop.account.calls.length;
    const given = await shop.run(['status'], { environment: { stack: 'shop', key } });
    expect(given.out).toContain('searches');
    expect(shop.account.calls.slice(calls).map(({ service }) => service)).toEqual(['cloudformation']);
    const wrong = await shop.run(onShop('status', '--key', `${key}x`));
    expect(wrong.status).toBe(1);
    expect(wrong.err).toContain('API Gateway does not know the API key');
  });

  test('imports in parts, a file once, whichever session of a role sends it', async () => {
    const rows = Array.from({ length: 12_000 }, (_, n) => `q${n} ${'long '.repeat(40)},Lab\n`).join('');
    const file = await fileOf('rows.csv', `query,service\n${rows}`);
    const [one, two] = SESSIONS;
    const first = await shop.run(onShop('import', 'searches', file), { as: one ?? ADMIN });
    expect(first).toMatchObject({ status: 0, err: '' });
    expect(first.out).toContain('imported 12,000, rejected 0');
    const again = await shop.run(onShop('import', 'searches', file), { as: two ?? ADMIN });
    expect(again.out).toContain('was imported before');
    const parts = shop.api.passed.filter((call) => call.includes('part='));
    expect(parts.length).toBeGreaterThan(2);
    const { examples } = JSON.parse((await shop.run(onShop('status', 'searches', '--json'))).out);
    expect(examples.imported).toBe(12_000);
  });

  test('forgets the keys that it has: revoked in the service and in API Gateway', async () => {
    const { out } = await shop.run(onShop('keys', 'add', 'predict'));
    const id = out.slice(3, 15);
    const before = shop.account.gateway.keys.size;
    expect(await shop.run(onShop('keys', 'revoke', id))).toMatchObject({ status: 0 });
    expect(shop.account.gateway.keys.size).toBe(before - 1);
    expect(await shop.run(onShop('keys', 'revoke', id))).toMatchObject({ status: 0 });
  });

  test('finds no key of an earlier stack of the name: API Gateway keeps those, and lets nobody in by them', async () => {
    const { keys, plans } = shop.account.gateway;
    const own = [...(plans.get(PLAN) ?? [])];
    const old = {
      id: 'old0',
      name: 'hundredfold shop read aaaaaaaaaaaa',
      value: 'hf_aaaaaaaaaaaa_of_before',
      enabled: true,
    };
    const kept = [...keys];
    keys.clear();
    for (const [id, key] of [[old.id, old] as const, ...kept]) keys.set(id, key);
    expect(own.length).toBeGreaterThan(0);
    expect(await shop.run(onShop('status'))).toMatchObject({ status: 0 });
    // One that was switched off is none, either.
    for (const [id, key] of kept) keys.set(id, { ...key, enabled: false });
    expect((await shop.run(onShop('status'))).err).toContain('code: key_needed');
    for (const [id, key] of kept) keys.set(id, key);
    plans.set(PLAN, new Set());
    const { status, err } = await shop.run(onShop('status'));
    expect([status, err]).toEqual([1, expect.stringContaining('code: key_needed')]);
    plans.set(PLAN, new Set(own));
    keys.delete(old.id);
  });

  test.each([
    ['the key cannot be made', 'apigateway POST /apikeys', 'AccessDeniedException', 403],
    ['the key cannot join the plan', 'apigateway POST /usageplans', 'TooManyRequestsException', 429],
  ])('where %s, nothing is left of it, and that is said', async (_what, call, code, status) => {
    const before = [...shop.account.gateway.keys.keys()];
    shop.account.refuse(call, code, status);
    const { status: exit, out, err } = await shop.run(onShop('keys', 'add', 'predict'));
    expect([exit, out]).toEqual([1, '']);
    expect(err).toContain('It was revoked again');
    expect(err).toContain('code: key_not_registered');
    expect([...shop.account.gateway.keys.keys()]).toEqual(before);
    const { keys } = JSON.parse((await shop.run(onShop('keys', 'list', '--json'))).out);
    expect(keys[0]).toMatchObject({ role: 'predict', revokedAt: expect.any(String) });
  });

  test('where API Gateway keeps a revoked key, it says so, and the next time removes it', async () => {
    const { out } = await shop.run(onShop('keys', 'add', 'predict'));
    const id = out.slice(3, 15);
    shop.account.refuse('apigateway DELETE', 'TooManyRequestsException', 429);
    const failed = await shop.run(onShop('keys', 'revoke', id));
    expect(failed.status).toBe(1);
    expect(failed.err).toContain('the service refuses the key, but API Gateway still has it');
    const before = shop.account.gateway.keys.size;
    expect((await shop.run(onShop('keys', 'revoke', id))).status).toBe(0);
    expect(shop.account.gateway.keys.size).toBe(before - 1);
  });
});

describe('what can be wrong', () => {
  const stranger = { ...ADMIN, accessKeyId: 'AKIASTRANGER' };
  const liar = { ...ADMIN, secretAccessKey: 'another' };
  test.each([
    ['no credentials', null, [], 'aws_credentials_missing', /AWS_PROFILE/],
    ['credentials that AWS does not know', stranger, [], 'aws_credentials_refused', /profile or the keys/],
    ['a wrong secret', liar, [], 'aws_credentials_refused', /clock/],
    [
      'a stack that is not there',
      ADMIN,
      ['--stack', 'shap'],
      'stack_unknown',
      /no stack shap in eu-central-1/,
    ],
    ['another region', ADMIN, ['--region', 'us-east-1'], 'stack_unknown', /in us-east-1.*--region/],
    ['no region', ADMIN, ['--region', 'Frankfurt'], 'wrong_usage', /no region such as/],
    ['no name', ADMIN, ['--stack', 'a b'], 'wrong_usage', /no name of a stack/],
  ] as const)('%s', async (_what, as, options, code, message) => {
    const { status, err } = await shop.run([...onShop('status'), ...options], { as });
    expect(status).toBe(code === 'wrong_usage' ? 2 : 1);
    expect(err).toContain(`code: ${code}`);
    expect(err).toMatch(message);
  });

  test('a variable that names no place for AWS', async () => {
    const aws = { region: 'eu-central-1', endpoint: 'nowhere', endpoints: {} };
    const { status, err } = await shop.run(onShop('status'), { environment: { aws } });
    expect([status, err]).toEqual([2, expect.stringContaining('"nowhere", which is not an http(s) URL')]);
  });

  test('expired credentials, and what is not allowed', async () => {
    shop.account.identities.push({ ...ADMIN, accessKeyId: 'AKIAOLD', expired: true });
    const expired = await shop.run(onShop('status'), { as: { ...ADMIN, accessKeyId: 'AKIAOLD' } });
    expect(expired.err).toContain('code: aws_credentials_expired');
    shop.account.refuse('cloudformation', 'AccessDenied', 403);
    expect((await shop.run(onShop('status'))).err).toContain('code: aws_denied');
    shop.account.refuse('cloudformation', 'Throttling', 400);
    const refused = await shop.run(onShop('status', '--json'));
    expect(JSON.parse(refused.err)).toMatchObject({ code: 'aws_refused' });
  });

  describe('a stack without outputs that is', () => {
    const COMMANDS = [
      ['status'],
      ['keys', 'list'],
      ['keys', 'add', 'read'],
      ['keys', 'revoke', 'aaaaaaaaaaaa'],
      ['replay'],
      ['retrain', 'searches'],
      ['predict', 'searches', 'query=x'],
      ['status', '--json'],
    ];
    test.each([...Object.keys(STACK_STATES), 'SOME_NEWER_STATE'])(
      '%s ends every command with what is the matter',
      async (status) => {
        shop.account.cloudformation.stacks.set('half', { region: 'eu-central-1', status, outputs: {} });
        const { commands, todo } = stateOf(status);
        for (const argv of COMMANDS) {
          const { status: exit, out, err } = await shop.run(['--stack', 'half', ...argv]);
          expect([exit, out]).toEqual([1, '']);
          expect(err).toContain('stack_incomplete');
          expect(err).toContain(`half is ${status}`);
          if (todo !== null && commands === 'stops') expect(err).toContain(todo.slice(1));
        }
      },
    );
  });

  test.each(['UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED', 'UPDATE_FAILED'])(
    'a stack that is %s is asked all the same, and warned of',
    async (status) => {
      const { outputs = {}, region = '' } = shop.account.cloudformation.stacks.get('shop') ?? {};
      shop.account.cloudformation.stacks.set('hurt', { region, status, outputs });
      const { status: exit, err } = await shop.run(['--stack', 'hurt', 'keys', 'list']);
      expect([exit, err]).toEqual([0, expect.stringContaining(`warning: The stack hurt is ${status}`)]);
      // What a machine reads stays a document.
      expect((await shop.run(['--stack', 'hurt', 'keys', 'list', '--json'])).err).toBe('');
    },
  );

  test('a stack and a URL, and a region without a stack', async () => {
    const both = await shop.run(onShop('status', '--url', 'http://127.0.0.1:1'));
    expect([both.status, both.err]).toEqual([2, expect.stringContaining('name two servers')]);
    const alone = await shop.run(['status', '--region', 'eu-central-1']);
    expect([alone.status, alone.err]).toEqual([2, expect.stringContaining('--region goes with --stack')]);
    const url = await shop.run(['status', '--url', 'http://127.0.0.1:1'], { environment: { stack: 'shop' } });
    expect(url.err).toContain('server_unreachable');
  });

  test('endpoints that nobody answers at', async () => {
    const aws = { region: 'eu-central-1', endpoint: 'http://127.0.0.1:1', endpoints: {} };
    const { err } = await shop.run(onShop('status'), { environment: { aws } });
    expect(err).toContain('Is eu-central-1 the right region?');
    expect(err).toContain('code: server_unreachable');
  });
});
