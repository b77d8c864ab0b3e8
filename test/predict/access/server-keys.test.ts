import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../database/index.ts';
import { DirectoryStore } from '../../../services/model-store/index.ts';
import { alignKeys } from '../../../services/model-store/keys-object.ts';
import { AccessError } from '../../../services/predict/access/access.error.ts';
import { newKey } from '../../../services/predict/access/key.ts';
import { ServerKeys, type ServerKeysOptions } from '../../../services/predict/access/server-keys.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';

let place: TestDatabase;
let folder: TemporaryFolder;
let database: Database;
let store: DirectoryStore;
let lines: string[];
let servers: ServerKeys[];

beforeEach(async () => {
  [place, folder] = await Promise.all([createTestDatabase(), temporaryFolder()]);
  database = openDatabase({ connectionString: place.connectionString, connections: 4 });
  store = new DirectoryStore(path.join(folder.path, 'store'));
  lines = [];
  servers = [];
});
afterEach(async () => {
  for (const server of servers) server.close();
  await database.close();
  await Promise.all([place.drop(), folder.remove()]);
});

const NONE = { adminKey: null, adminKeyFile: null };

function server(options: Partial<ServerKeysOptions> = {}): ServerKeys {
  const made = new ServerKeys({ store, host: '0.0.0.0', report: (line) => lines.push(line), ...options });
  servers.push(made);
  return made;
}

const keyFile = () => path.join(folder.path, 'admin.key');
const nameOf = async (keys: ServerKeys, key: string) =>
  (await keys.access.admit({ 'x-api-key': key }, 'admin')).name;

describe('a server that others can reach', () => {
  test('does not open without an admin key, and says what to do', async () => {
    await database.keys.add(newKey('predict').stored, null);
    const refused = server().open(database, NONE);
    await expect(refused).rejects.toThrow(AccessError);
    await expect(refused).rejects.toMatchObject({
      code: 'keys_required',
      message: expect.stringMatching(/0\.0\.0\.0.*keys add admin.*HUNDREDFOLD_ADMIN_KEY.*_FILE/s),
    });
  });

  test('opens with an admin key that was made before', async () => {
    const { key, stored } = newKey('admin');
    await database.keys.add(stored, null);
    const keys = server();
    await keys.open(database, NONE);
    expect(await nameOf(keys, key)).toBe(stored.id);
    expect(keys.access.needsAdminKey).toBe(true);
  });

  test('registers the key that it is given, as often as it starts', async () => {
    const { key, stored } = newKey('admin');
    for (let start = 0; start < 2; start++) {
      const keys = server();
      await keys.open(database, { adminKey: key, adminKeyFile: null });
      expect(await nameOf(keys, key)).toBe(stored.id);
    }
    expect((await database.keys.list({ limit: 10, cursor: null })).rows).toHaveLength(1);
  });

  test('leaves a key revoked that was revoked, and does not open by it', async () => {
    const { key, stored } = newKey('admin');
    await server().open(database, { adminKey: key, adminKeyFile: null });
    await database.keys.revoke(stored.id, false);
    await expect(server().open(database, { adminKey: key, adminKeyFile: null })).rejects.toMatchObject({
      code: 'keys_required',
    });
    expect(lines.join()).toContain(`${stored.id} of HUNDREDFOLD_ADMIN_KEY was revoked, and stays so`);
    await database.keys.add(newKey('admin').stored, null);
    await server().open(database, { adminKey: key, adminKeyFile: null });
  });

  test.each(['sesame', 'hf_short_x', ' '])(
    'refuses %j as an admin key, and does not repeat it',
    async (text) => {
      const refused = server().open(database, { adminKey: text, adminKeyFile: null });
      await expect(refused).rejects.toMatchObject({ code: 'admin_key_invalid' });
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('sesame') });
    },
  );

  test('refuses the id of another key', async () => {
    const { key, stored } = newKey('admin');
    await database.keys.add({ ...stored, role: 'read' }, null);
    await expect(server().open(database, { adminKey: key, adminKeyFile: null })).rejects.toMatchObject({
      code: 'admin_key_invalid',
      message: expect.stringContaining(stored.id),
    });
  });
});

describe('the file of the admin key', () => {
  test('is written where it is missing, for its owner alone, and read at the next start', async () => {
    const adminKeyFile = keyFile();
    await server().open(database, { adminKey: null, adminKeyFile });
    const key = (await readFile(adminKeyFile, 'utf8')).trim();
    expect((await stat(adminKeyFile)).mode & 0o777).toBe(0o600);
    expect(lines.join()).toContain(`was written to ${adminKeyFile}`);
    expect(lines.join()).not.toContain(key);
    const next = server();
    await next.open(database, { adminKey: null, adminKeyFile });
    expect(await nameOf(next, key)).toBe(key.slice(3, 15));
  });

  test('is one file and one key for servers that start at once', async () => {
    const adminKeyFile = keyFile();
    await Promise.all(
      Array.from({ length: 6 }, () => server().open(database, { adminKey: null, adminKeyFile })),
    );
    expect((await database.keys.list({ limit: 10, cursor: null })).rows).toHaveLength(1);
  });

  test('that a start left empty is refused with what to do', async () => {
    await writeFile(keyFile(), '');
    await expect(server().open(database, { adminKey: null, adminKeyFile: keyFile() })).rejects.toMatchObject({
      code: 'admin_key_invalid',
      message: expect.stringContaining('is empty: remove it'),
    });
  });

  test('that holds something else, or lies where nothing can be written, is refused', async () => {
    await writeFile(keyFile(), 'sesame\n');
    await expect(server().open(database, { adminKey: null, adminKeyFile: keyFile() })).rejects.toMatchObject({
      code: 'admin_key_invalid',
      message: expect.stringContaining(keyFile()),
    });
    const nowhere = path.join(folder.path, 'no', 'such', 'folder', 'key');
    await expect(server().open(database, { adminKey: null, adminKeyFile: nowhere })).rejects.toMatchObject({
      code: 'admin_key_unreadable',
    });
  });
});

test('a key revoked at one server is refused by the others', async () => {
  const { key, stored } = newKey('admin');
  const other = newKey('admin');
  const [one, two] = [server(), server()];
  await one.open(database, { adminKey: key, adminKeyFile: null });
  await database.keys.add(other.stored, null);
  await alignKeys(database, store);
  await two.open(database, NONE);
  expect(await nameOf(two, key)).toBe(stored.id);
  await database.keys.revoke(stored.id, true);
  await alignKeys(database, store);
  await until('the key is refused', () => !isLetIn(two, key));
  expect(isLetIn(two, other.key)).toBe(true);
});

function isLetIn(keys: ServerKeys, key: string): boolean {
  try {
    keys.access.admit({ 'x-api-key': key }, 'admin');
    return true;
  } catch {
    return false;
  }
}

test('whoever has database and store alone takes the keys of a restored backup over', async () => {
  const { key, stored } = newKey('admin');
  await alignKeys(
    { keys: { inForce: async () => ({ change: 9e15, keys: [newKey('admin').stored] }) } },
    store,
  );
  await database.keys.add(stored, null);
  const keys = server({ host: '127.0.0.1', alone: true });
  await keys.open(database, NONE);
  expect(await nameOf(keys, key)).toBe(stored.id);
});
