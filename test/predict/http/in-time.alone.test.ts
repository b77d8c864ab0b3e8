import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../../../database/index.ts';
import { DirectoryStore } from '../../../services/model-store/index.ts';
import { alignKeys, KEYS_OBJECT } from '../../../services/model-store/keys-object.ts';
import { newKey } from '../../../services/predict/access/key.ts';
import { KeyRing } from '../../../services/predict/access/key-ring.ts';
import { KeyedAccess } from '../../../services/predict/access/keyed-access.ts';
import { ServerKeys } from '../../../services/predict/access/server-keys.ts';
import { HTTP_LIMITS } from '../../../services/predict/http/limits.ts';
import { SlowStore } from '../../serving/slow-store.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { took } from '../../support/took.ts';
import { until } from '../../support/until.ts';
import { startService, type TestService } from '../support/service.ts';
import { connections, drip, FORBIDDEN_IMPORT, hundreds, REFUSED_BODY, SLOW_BODIES } from './dripping.ts';

// What each comes to, the tests of its subject hold: here is how long it takes.

describe('a client that sends byte by byte', () => {
  let service: TestService;
  let port: number;
  beforeEach(async () => {
    const access = (store: DirectoryStore) =>
      new KeyedAccess({ ring: new KeyRing({ store }), openWithoutAdmin: true });
    service = await startService({ bodyTimeout: 400, access });
    service.app.server.headersTimeout = HTTP_LIMITS.headersTimeout / 20;
    await service.app.listen({ host: '127.0.0.1', port: 0 });
    ({ port } = service.app.server.address() as AddressInfo);
  });
  afterEach(() => service.stop());

  test.each([
    ['headers', 'GET /health HTTP/1.1\r\nhost: x\r\nx-slow: ', 'a'],
    ...SLOW_BODIES,
    ['a body after it was refused already', ...REFUSED_BODY],
    ['an import that it may not make', ...FORBIDDEN_IMPORT],
  ])('%s, is cut off in time', async (_what, beginning, piece) => {
    expect(await took(() => drip(port, beginning, piece))).toBeLessThan(5_000);
  });

  test('holds up nobody else meanwhile, in hundreds', async () => {
    const sockets = await hundreds(service);
    expect(await took(() => fetch(`http://127.0.0.1:${port}/health`))).toBeLessThan(1_000);
    for (const socket of sockets) socket.destroy();
    await until('they are gone', async () => (await connections(service)) <= 1);
  });
});

test('once a request that is under way when the service closes is answered, nothing is waited for', async () => {
  const service = await startService();
  await service.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = service.app.server.address() as AddressInfo;
  const request = http.request({ host: '127.0.0.1', port, path: '/predictors/p', method: 'PUT' });
  request.setHeader('content-type', 'application/json');
  const arrived = once(service.app.server, 'request');
  request.write('{"name":');
  await arrived;
  const closed = service.app.close();
  await until('nobody else is let in', () => !service.app.server.listening);
  request.end('"p"}');
  const [response]: http.IncomingMessage[] = await once(request, 'response');
  response?.resume();
  expect(await took(() => closed)).toBeLessThan(1_000);
  await service.stop();
});

describe('keys', () => {
  const { key, stored } = newKey('predict');
  const headers = { 'x-api-key': key };

  async function opened(now = Date.now) {
    const folder = await temporaryFolder();
    const store = new SlowStore(new DirectoryStore(folder.path));
    await alignKeys({ keys: { inForce: async () => ({ change: 1, keys: [stored] }) } }, store);
    const ring = new KeyRing({ store, now });
    await ring.look();
    return { store, access: new KeyedAccess({ ring }), remove: () => folder.remove() };
  }

  test('of hours ago are believed where the store does not answer, after a moment', async () => {
    let now = 1_000_000;
    const { store, access, remove } = await opened(() => now);
    now += 3_600_000;
    store.hold(KEYS_OBJECT);
    expect(await took(async () => access.admit(headers, 'predict'))).toBeLessThan(1_000);
    store.release();
    await store.idle();
    await remove();
  });

  function refused(access: KeyedAccess, asked: Record<string, string>): void {
    try {
      access.admit(asked, 'predict');
    } catch {
      return;
    }
    throw new Error('was let in');
  }

  test('that are unknown take as long as a known one with a wrong secret', async () => {
    const { access, remove } = await opened();
    const wrong = { 'x-api-key': `hf_${stored.id}_${'a'.repeat(43)}` };
    const unknown = { 'x-api-key': newKey('predict').key };
    const quickest = { wrong: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    for (let round = 0; round < 60; round++) {
      for (const [name, asked] of [
        ['wrong', wrong],
        ['unknown', unknown],
      ] as const) {
        const began = performance.now();
        for (let n = 0; n < 50; n++) refused(access, asked);
        quickest[name] = Math.min(quickest[name], performance.now() - began);
      }
    }
    // The quickest of many rounds, side by side: what the machine does besides is in neither.
    expect(quickest.unknown / quickest.wrong).toBeGreaterThan(0.7);
    expect(quickest.unknown / quickest.wrong).toBeLessThan(1.4);
    await remove();
  });

  test('revoked at one server are refused by the others within seconds', async () => {
    const [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
    const { connectionString } = place;
    const database = openDatabase({ connectionString, connections: 4 });
    const store = new DirectoryStore(folder.path);
    const admin = newKey('admin');
    const other = newKey('admin');
    const server = new ServerKeys({ store, host: '0.0.0.0', report: () => undefined });
    for (const one of [admin, other]) await database.keys.add(one.stored, null);
    await alignKeys(database, store);
    await server.open(database, { adminKey: null, adminKeyFile: null });
    const isLetIn = () => {
      try {
        server.access.admit({ 'x-api-key': admin.key }, 'admin');
        return true;
      } catch {
        return false;
      }
    };
    expect(isLetIn()).toBe(true);
    await database.keys.revoke(admin.stored.id, true);
    await alignKeys(database, store);
    expect(await took(() => until('the key is refused', () => !isLetIn()))).toBeLessThan(4_000);
    server.close();
    await database.close();
    await Promise.all([place.drop(), folder.remove()]);
  });
});
