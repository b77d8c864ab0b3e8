import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const KEY = 'hf_k3v7qzn2m4xd_Jr0nXb1cU1m0pCEXAMPLEEXAMPLEEXAMPLEEXAMPLEX';
const made = { id: 'k3v7qzn2m4xd', role: 'predict', note: null, key: KEY, inForce: true };
let remote: Remote;
beforeEach(() => {
  remote = new Remote();
});
afterEach(() => remote.stop());

describe('keys add', () => {
  test('prints the key alone, so that a script can take it, and says beside it that it is shown once', async () => {
    await remote.on('POST', '/keys', () => ({ status: 201, body: made })).start();
    const { out, err, status } = await run(remote, ['keys', 'add', 'predict', '--note', 'the search page']);
    expect([status, out]).toEqual([0, `${KEY}\n`]);
    expect(err).toContain('added the predict key k3v7qzn2m4xd. It is shown this once');
    expect(err).not.toContain('calls need a key');
    expect(JSON.parse(remote.received[0]?.body ?? '')).toEqual({ role: 'predict', note: 'the search page' });
  });

  test('says after the first admin key that calls need one from now on', async () => {
    await remote.on('POST', '/keys', () => ({ status: 201, body: { ...made, role: 'admin' } })).start();
    expect((await run(remote, ['keys', 'add', 'admin'])).err).toContain('From now on calls need a key');
    const withKey = await run(remote, ['keys', 'add', 'admin'], { environment: { key: KEY } });
    expect(withKey.err).not.toContain('From now on');
    expect(remote.received.map(({ headers }) => headers['x-api-key'])).toEqual([undefined, KEY]);
  });

  test('says where the key is not in force yet', async () => {
    await remote.on('POST', '/keys', () => ({ status: 201, body: { ...made, inForce: false } })).start();
    expect((await run(remote, ['keys', 'add', 'read'])).err).toContain('refused until it does');
  });

  test('is not sent again by itself: a lost answer takes its key with it', async () => {
    const busy = {
      status: 503,
      headers: { 'retry-after': '0' },
      body: { title: 'away', code: 'database_unavailable' },
    };
    await remote.on('POST', '/keys', () => busy).start();
    expect((await run(remote, ['keys', 'add', 'read'])).status).toBe(1);
    expect(remote.received).toHaveLength(1);
  });

  test('prints the whole answer as JSON', async () => {
    await remote.on('POST', '/keys', () => ({ status: 201, body: made })).start();
    expect(JSON.parse((await run(remote, ['--json', 'keys', 'add', 'predict'])).out)).toEqual(made);
  });
});

test('keys list shows all of them, without anything that is secret', async () => {
  const keys = [
    { ...made, key: undefined, createdAt: '2026-11-21T06:31:07Z', revokedAt: null, note: 'the search page' },
    {
      id: 'aaaaaaaaaaaa',
      role: 'admin',
      note: null,
      createdAt: '2026-11-20T06:31:07Z',
      revokedAt: '2026-11-21T06:31:07Z',
    },
  ];
  await remote.on('GET', '/keys', () => ({ body: { keys, next: null } })).start();
  const { out } = await run(remote, ['keys', 'list']);
  expect(out.split('\n')[0]).toMatch(/^ID +ROLE +ADDED +REVOKED +NOTE$/);
  expect(out).toMatch(/k3v7qzn2m4xd +predict +2026-11-21 \S+ UTC +– +the search page/);
  expect(out).toMatch(/aaaaaaaaaaaa +admin +2026-11-20 \S+ UTC +2026-11-21 \S+ UTC +–/);
});

test('keys revoke names the key by its id', async () => {
  await remote.on('DELETE', '/keys/k3v7qzn2m4xd', () => ({ body: { id: 'k3v7qzn2m4xd' } })).start();
  const { out } = await run(remote, ['keys', 'revoke', 'k3v7qzn2m4xd']);
  expect(out).toBe('revoked k3v7qzn2m4xd: it is refused everywhere within seconds\n');
});

test.each([
  [['keys']],
  [['keys', 'make']],
  [['keys', 'add']],
  [['keys', 'revoke']],
  [['keys', 'list', 'predict']],
  [['keys', 'revoke', 'k3v7qzn2m4xd', '--note', 'x']],
])('%j is wrong usage, and nothing is sent', async (argv) => {
  await remote.start();
  expect((await run(remote, argv)).status).toBe(2);
  expect(remote.received).toEqual([]);
});
