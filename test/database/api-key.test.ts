import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, LastAdminKeyError, type StoredKey } from '../../database/index.ts';
import { DRIVERS, type OpenedByDriver, openBy } from './drivers.ts';

let made = 0;
function key(role: StoredKey['role']): StoredKey {
  made += 1;
  return {
    id: `key${String.fromCharCode(96 + made)}aaaaaaaa`,
    role,
    sha256: randomBytes(32).toString('hex'),
  };
}

describe.each(DRIVERS)('over %s', (driver) => {
  let place: OpenedByDriver;
  let database: Database;
  const admin = key('admin');
  const predict = key('predict');

  beforeAll(async () => {
    place = await openBy(driver);
    database = place.database;
  });
  afterAll(() => place.close());

  test('there are no keys at first, and a change of them is still to come', async () => {
    expect(await database.keys.inForce()).toEqual({ change: 0, keys: [] });
  });

  test('a key that is added is shown without its hash, and is in force from then on', async () => {
    const shown = await database.keys.add(admin, 'the first');
    expect(shown).toEqual({
      id: admin.id,
      role: 'admin',
      note: 'the first',
      createdAt: expect.any(String),
      revokedAt: null,
    });
    await database.keys.add(predict, null);
    const { change, keys } = await database.keys.inForce();
    expect(keys).toEqual([admin, predict]);
    expect(Number.isSafeInteger(change)).toBe(true);
    // A time, so that a restored database counts on above what it has given out since its backup.
    expect(change).toBeGreaterThan((Date.now() - 60_000) * 1_000);
  });

  test('the same key again changes nothing, and another with its id is refused', async () => {
    expect(await database.keys.add(admin, 'again')).toMatchObject({ note: 'the first' });
    expect(await database.keys.add({ ...admin, sha256: predict.sha256 }, null)).toBeNull();
    expect(await database.keys.add({ ...admin, role: 'read' }, null)).toBeNull();
    expect((await database.keys.inForce()).keys).toEqual([admin, predict]);
  });

  test.each([{ id: 'short' }, { id: 'UPPERCASE123' }, { sha256: 'zz' }, { role: 'owner' }])(
    '%j is no key',
    async (wrong) => {
      await expect(database.keys.add({ ...key('read'), ...(wrong as object) }, null)).rejects.toThrow();
    },
  );

  test('a key that is revoked is in force no longer, and revoking it again says when that was', async () => {
    const before = await database.keys.inForce();
    const revoked = await database.keys.revoke(predict.id, true);
    expect(revoked).toMatchObject({ id: predict.id, revokedAt: expect.any(String) });
    const after = await database.keys.inForce();
    expect(after.keys).toEqual([admin]);
    expect(after.change).toBeGreaterThan(before.change);
    expect(await database.keys.revoke(predict.id, true)).toEqual(revoked);
    expect(await database.keys.revoke('nosuchkeyaaa', true)).toBeNull();
    // Adding it once more does not bring it back.
    expect(await database.keys.add(predict, null)).toEqual(revoked);
    expect((await database.keys.inForce()).keys).toEqual([admin]);
  });

  test('the last admin key stays where one is needed', async () => {
    await expect(database.keys.revoke(admin.id, true)).rejects.toThrow(LastAdminKeyError);
    expect((await database.keys.inForce()).keys).toEqual([admin]);
  });

  test('of two admin keys that are revoked at once, one stays', async () => {
    const other = key('admin');
    await database.keys.add(other, null);
    const ends = await Promise.allSettled([admin, other].map(({ id }) => database.keys.revoke(id, true)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { keys } = await database.keys.inForce();
    expect(keys).toHaveLength(1);
    expect(await database.keys.revoke(keys[0]?.id ?? '', false)).toMatchObject({
      revokedAt: expect.any(String),
    });
    expect((await database.keys.inForce()).keys).toEqual([]);
  });

  test('all are listed, newest first, page by page', async () => {
    const first = await database.keys.list({ limit: 2, cursor: null });
    const second = await database.keys.list({ limit: 2, cursor: first.next });
    expect([...first.rows, ...second.rows].map(({ role }) => role)).toEqual(['admin', 'predict', 'admin']);
    expect(second.next).toBeNull();
  });
});
