import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { applyExample } from '../../services/local/first-start/example.ts';
import { type RuntimeOptions, startRuntime } from '../../services/local/runtime.ts';
import { newKey } from '../../services/predict/access/key.ts';
import { Shutdown } from '../../services/process/shutdown.ts';
import { run } from '../cli/support/run.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';

let place: TestDatabase;
let folder: TemporaryFolder;
let shutdown: Shutdown;

beforeEach(async () => {
  [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  shutdown = new Shutdown({ exit: () => {} });
});
afterEach(async () => {
  await shutdown.begin();
  await Promise.all([place.drop(), folder.remove()]);
});

function start(changes: Partial<RuntimeOptions> = {}) {
  const options: RuntimeOptions = {
    connectionString: place.connectionString,
    storeFolder: folder.path,
    host: '127.0.0.1',
    port: 0,
    adminKey: null,
    adminKeyFile: null,
    rateLimit: 0,
    corsOrigins: [],
    report: () => {},
    ...changes,
  };
  return startRuntime(options, shutdown);
}

async function restart(changes: Partial<RuntimeOptions>) {
  await shutdown.begin();
  shutdown = new Shutdown({ exit: () => {} });
  return start(changes);
}

const predictors = async (url: string, key?: string) =>
  (await fetch(`${url}/predictors`, { headers: key === undefined ? {} : { 'x-api-key': key } })).status;

test('from the first admin key on every call needs one, and others may be let in', async () => {
  await expect(start({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'keys_required' });
  const local = await restart({});
  expect(await predictors(local.url)).toBe(200);
  const admin = (await run(local, ['keys', 'add', 'admin'])).out.trim();
  expect(await predictors(local.url)).toBe(401);
  expect(await predictors(local.url, admin)).toBe(200);

  const { url } = await restart({ host: '0.0.0.0' });
  expect(await predictors(url)).toBe(401);
  expect(await predictors(url, admin)).toBe(200);
  const last = await run({ url }, ['keys', 'revoke', admin.slice(3, 15)], { environment: { key: admin } });
  expect(last.err).toContain('last_admin_key');

  // Its own machine does not depend on a key: revoked there, the last one opens it again.
  const again = await restart({});
  await run(again, ['--key', admin, 'keys', 'revoke', admin.slice(3, 15)]);
  expect(await predictors(again.url)).toBe(200);
});

test('a key that is given at the start is registered: the way back in for whoever lost theirs', async () => {
  const { key } = newKey('admin');
  const { url } = await start({ host: '0.0.0.0', adminKey: key });
  expect(await predictors(url)).toBe(401);
  expect(await predictors(url, key)).toBe(200);
});

test('a first start with keys applies the example all the same', async () => {
  const { key } = newKey('admin');
  const { url, ownHeaders } = await start({ adminKey: key });
  const lines: string[] = [];
  const applied = await applyExample({ url, headers: ownHeaders }, folder.path, false, (line) =>
    lines.push(line),
  );
  expect([applied, lines]).toEqual([
    true,
    ['Applied the example predictor; its first model is being trained …'],
  ]);
  expect(Object.keys(ownHeaders)[0]).toMatch(/^x-own-[0-9a-f]{32}$/);
}, 60_000);
