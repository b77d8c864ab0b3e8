import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DirectoryStore } from '../../../services/model-store/index.ts';
import { alignKeys, KEYS_OBJECT } from '../../../services/model-store/keys-object.ts';
import type { Caller } from '../../../services/predict/access/access.ts';
import { newKey } from '../../../services/predict/access/key.ts';
import { KeyRing } from '../../../services/predict/access/key-ring.ts';
import { KeyedAccess } from '../../../services/predict/access/keyed-access.ts';
import { SlowStore } from '../../serving/slow-store.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';

let folder: TemporaryFolder;
let store: SlowStore;
let now: number;
const { key, stored } = newKey('predict');
const headers = { 'x-api-key': key };

beforeEach(async () => {
  folder = await temporaryFolder();
  store = new SlowStore(new DirectoryStore(folder.path));
  now = 1_000_000;
  await force(1, [stored]);
});
afterEach(() => folder.remove());

function force(change: number, keys: (typeof stored)[]) {
  return alignKeys({ keys: { inForce: async () => ({ change, keys }) } }, store);
}

const opened = (options = {}) => {
  // A look is never given up by itself: only whoever waits for it may go on.
  const ring = new KeyRing({ store, now: () => now, patience: 600_000 });
  return { ring, access: new KeyedAccess({ ring, ...options }) };
};

function refusal(work: () => Caller | Promise<Caller>): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a process that has just started', () => {
  test('fetches the keys before it judges its first request', async () => {
    const { access } = opened();
    await expect(access.admit(headers, 'predict')).resolves.toMatchObject({
      name: stored.id,
      role: 'predict',
    });
  });

  test('lets nobody in while it cannot, and everybody who may once it can', async () => {
    await store.put(KEYS_OBJECT, Buffer.from('no keys'));
    const { access } = opened();
    await expect(access.admit(headers, 'predict')).rejects.toMatchObject({ code: 'keys_unavailable' });
    expect(access.admit(headers, 'anyone')).toMatchObject({ name: 'anonymous' });
    await force(2, [stored]);
    await expect(access.admit(headers, 'predict')).resolves.toMatchObject({ name: stored.id });
  });

  test('lets nobody in where no key was ever made', async () => {
    await store.delete(KEYS_OBJECT);
    const { access } = opened();
    await expect(access.admit(headers, 'predict')).rejects.toMatchObject({ code: 'key_unknown' });
    expect(refusal(() => access.admit({}, 'admin'))).toMatchObject({ code: 'key_missing' });
  });
});

describe('a process that was frozen', () => {
  test('does not believe keys of hours ago: a key revoked meanwhile is refused by its first request', async () => {
    const { access, ring } = opened();
    await ring.look();
    expect(access.admit(headers, 'predict')).toMatchObject({ name: stored.id });
    await force(2, []);
    now += 3_600_000;
    await expect(access.admit(headers, 'predict')).rejects.toMatchObject({ code: 'key_unknown' });
  });

  test('goes on with the keys that it knows where the store does not answer, and waits once for that', async () => {
    const { access, ring } = opened();
    await ring.look();
    now += 3_600_000;
    store.hold(KEYS_OBJECT);
    await expect(access.admit(headers, 'predict')).resolves.toMatchObject({ name: stored.id });
    expect(access.admit(headers, 'predict')).toMatchObject({ name: stored.id });
    store.release();
  });
});

describe('an identity of the front door', () => {
  test('is an admin under its name, without the keys', () => {
    const { access } = opened({ trustedIdentityHeader: 'x-identity-1f', needsAdminKey: false });
    expect(access.admit({ 'x-identity-1f': 'arn:aws:iam::1:user/ada' }, 'admin')).toEqual({
      name: 'arn:aws:iam::1:user/ada',
      role: 'admin',
    });
    expect(access.needsAdminKey).toBe(false);
  });

  test('is nobody where it is empty', async () => {
    const { access } = opened({ trustedIdentityHeader: 'x-identity-1f' });
    await expect(access.admit({ 'x-identity-1f': '' }, 'admin')).rejects.toMatchObject({
      code: 'key_missing',
    });
  });
});

describe('a server on loopback', () => {
  test('is open to its own machine while there is no admin key, though there are others', async () => {
    const { access, ring } = opened({ openWithoutAdmin: true });
    await ring.look();
    expect(access.admit({ host: '127.0.0.1:3000' }, 'admin')).toEqual({ name: 'anonymous', role: 'admin' });
  });

  test('asks for keys once there is one', async () => {
    const { access, ring } = opened({ openWithoutAdmin: true });
    await force(2, [stored, newKey('admin').stored]);
    await ring.look();
    expect(refusal(() => access.admit({ host: '127.0.0.1:3000' }, 'read'))).toMatchObject({
      code: 'key_missing',
    });
  });

  test.each([
    [{ host: 'localhost:3000' }, true],
    [{ host: '[::1]:3000' }, true],
    [{ host: '127.0.0.1:3000', origin: 'http://localhost:5173' }, true],
    [{ host: '10.0.0.7:3000' }, true],
    [{}, true],
    [{ host: 'evil.example:3000' }, false],
    [{ host: 'localhost.evil.example' }, false],
    [{ host: '127.0.0.1:3000', origin: 'https://evil.example' }, false],
    [{ host: '127.0.0.1:3000', origin: 'http://10.0.0.7' }, false],
    [{ host: '127.0.0.1:3000', origin: 'null' }, false],
    [{ host: '%' }, false],
  ])('open, asked with %j, lets in: %s', async (asked, isLetIn) => {
    const { access, ring } = opened({ openWithoutAdmin: true });
    await ring.look();
    const outcome = refusal(() => access.admit(asked, 'admin'));
    expect(outcome).toMatchObject(isLetIn ? { role: 'admin' } : { code: 'host_unknown' });
  });
});

test('an unknown id is refused as a known one with a wrong secret is', async () => {
  const { access, ring } = opened();
  await ring.look();
  const wrong = { 'x-api-key': `hf_${stored.id}_${'a'.repeat(43)}` };
  const unknown = { 'x-api-key': newKey('predict').key };
  const refusals = [wrong, unknown].map((asked) => refusal(() => access.admit(asked, 'predict')));
  expect(refusals[0]).toMatchObject({ code: 'key_unknown' });
  expect(refusals[1]).toEqual(refusals[0]);
});
