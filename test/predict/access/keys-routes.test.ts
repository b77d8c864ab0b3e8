import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KEYS_OBJECT } from '../../../services/model-store/keys-object.ts';
import { newKey, parseKey } from '../../../services/predict/access/key.ts';
import { type KeyedService, startKeyedService } from './keyed-service.ts';

let keyed: KeyedService;
let admin: string;

beforeAll(async () => {
  keyed = await startKeyedService();
  admin = await keyed.add('admin');
});
afterAll(() => keyed.stop());

const call = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown, headers = {}) =>
  keyed.service.call(method, url, body, { 'x-api-key': admin, ...headers });

/** May this key list predictors? */
async function status(key: string): Promise<number> {
  return (await fetch(`${keyed.url}/predictors`, { headers: { 'x-api-key': key } })).status;
}

describe('an import', () => {
  test('is listed with the id of the key that sent it, and only an admin undoes it', async () => {
    const service = keyed.service;
    const definition = {
      name: 'sizes',
      inputs: { size: { type: 'number' } },
      target: { name: 'price', type: 'number' },
    };
    await service.call('PUT', '/predictors/sizes', definition, { 'x-api-key': admin });
    const csv = { 'content-type': 'text/csv', 'x-api-key': admin };
    await service.call('POST', '/predictors/sizes/examples', 'size,price\n1,2\n', csv);
    const reader = { 'x-api-key': await keyed.add('read') };
    const { json } = await service.call('GET', '/predictors/sizes/imports', undefined, reader);
    expect(json.imports).toMatchObject([{ by: parseKey(admin)?.id, rows: 1 }]);
    const path = `/predictors/sizes/imports/${json.imports[0].id}`;
    expect((await service.call('DELETE', path, undefined, reader)).json.code).toBe('role_insufficient');
    expect((await call('DELETE', path)).status).toBe(200);
  });
});

describe('POST /keys', () => {
  test('makes a key that is in force at once, and shows it in no cache', async () => {
    const {
      status: made,
      json,
      headers,
    } = await call('POST', '/keys', { role: 'read', note: 'a dashboard' });
    expect(made).toBe(201);
    expect(Object.keys(json)).toEqual(['id', 'role', 'note', 'createdAt', 'key', 'inForce']);
    expect(json).toMatchObject({ role: 'read', note: 'a dashboard', inForce: true });
    expect(parseKey(json.key)?.id).toBe(json.id);
    expect(headers['cache-control']).toBe('no-store');
    expect(await status(json.key)).toBe(200);
  });

  test('with an Idempotency-Key makes one, and shows it once: what is kept to answer again holds no secret', async () => {
    const once = { 'idempotency-key': 'k1' };
    const first = await call('POST', '/keys', { role: 'predict' }, once);
    const again = await call('POST', '/keys', { role: 'predict' }, once);
    expect(first.json.key).toMatch(/^hf_/);
    expect(again.status).toBe(201);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.json).toEqual({ ...first.json, key: null });
    const secret = parseKey(first.json.key)?.secret ?? '';
    expect(await keyed.kept()).not.toContain(secret);
  });

  test.each([
    [{}, ['role']],
    [{ role: 'owner' }, ['role']],
    [{ role: 'read', note: '' }, ['note']],
    [{ role: 'read', note: 'x'.repeat(201) }, ['note']],
    [{ role: 'read', note: 'a\0b' }, ['note']],
    [{ role: 'read', note: '\ud800' }, ['note']],
    [{ role: 'read', note: 7 }, ['note']],
    [{ role: 'admin', secret: 'sesame', __proto__: null }, ['secret']],
    [['admin'], ['role', '0']],
    [null, ['role']],
  ])('%j is refused, naming %j', async (body, fields) => {
    const { status: refused, json } = await call('POST', '/keys', JSON.stringify(body));
    expect([refused, json.code]).toEqual([422, 'api_key_invalid']);
    expect(json.errors.map(({ field }: { field: string }) => field)).toEqual(fields);
  });
});

describe('DELETE /keys/{id}', () => {
  test('revokes at once, and may be repeated', async () => {
    const key = await keyed.add('read');
    expect(await status(key)).toBe(200);
    const first = await call('DELETE', `/keys/${key.slice(3, 15)}`);
    expect(first.json).toMatchObject({ role: 'read', revokedAt: expect.any(String) });
    expect(await status(key)).toBe(401);
    expect((await call('DELETE', `/keys/${key.slice(3, 15)}`)).json).toEqual(first.json);
  });

  test('of nobody is 404', async () => {
    const { json } = await call('DELETE', `/keys/${newKey('read').stored.id}`);
    expect(json.code).toBe('api_key_unknown');
  });

  test('of the last admin key is refused, since nobody could manage the server any more', async () => {
    const { status: refused, json } = await call('DELETE', `/keys/${admin.slice(3, 15)}`);
    expect([refused, json.code]).toEqual([409, 'last_admin_key']);
    expect((await call('GET', '/keys')).status).toBe(200);
    const other = await keyed.add('admin');
    expect((await call('DELETE', `/keys/${admin.slice(3, 15)}`)).status).toBe(200);
    admin = other;
    expect((await call('GET', '/keys')).status).toBe(200);
  });

  test('says so when the copy could not be changed: the key is still let in, and the same call again revokes it', async () => {
    const key = await keyed.add('read');
    const { store } = keyed.service;
    const write = store.put.bind(store);
    store.put = async () => Promise.reject(new Error('the disk is gone'));
    expect((await call('DELETE', `/keys/${key.slice(3, 15)}`)).status).toBe(500);
    store.put = write;
    expect(await status(key)).toBe(200);
    expect((await call('DELETE', `/keys/${key.slice(3, 15)}`)).status).toBe(200);
    expect(await status(key)).toBe(401);
  });
});

test('GET /keys lists them without a hash, page by page, and mends a copy that is behind', async () => {
  const { stored, key } = newKey('read');
  // As a process leaves it that dies between the change and its copy.
  await keyed.service.database.keys.add(stored, null);
  expect(await status(key)).toBe(401);
  const { json } = await call('GET', '/keys?limit=2');
  expect(json.keys[0]).toEqual({
    id: stored.id,
    role: 'read',
    note: null,
    createdAt: expect.any(String),
    revokedAt: null,
  });
  expect(json.next).toEqual(expect.any(String));
  expect(JSON.stringify(json)).not.toContain(stored.sha256);
  expect(await status(key)).toBe(200);
});

test('no secret is in the database, in the copy or in the log', async () => {
  const { json } = await call('POST', '/keys', { role: 'predict' });
  await fetch(`${keyed.url}/predictors/none/predictions`, {
    method: 'POST',
    headers: { 'x-api-key': json.key },
  });
  const copy = await keyed.service.store.get(KEYS_OBJECT);
  const text = copy === null || copy === 'unchanged' ? '' : Buffer.from(copy.body).toString();
  expect(text).toContain(json.id);
  const kept = `${await keyed.kept()}${text}${keyed.service.logged.join()}`;
  expect(kept).not.toContain(parseKey(json.key)?.secret);
  expect(kept).not.toContain(parseKey(admin)?.secret);
});

test("two keys that use one Idempotency-Key do not get each other's answers", async () => {
  const other = await keyed.add('admin');
  const once = { 'idempotency-key': 'shared' };
  const first = await call('POST', '/keys', { role: 'read' }, once);
  const second = await call('POST', '/keys', { role: 'read' }, { ...once, 'x-api-key': other });
  expect(second.headers['idempotency-replayed']).toBeUndefined();
  expect(second.json.id).not.toBe(first.json.id);
});
