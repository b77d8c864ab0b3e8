import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
beforeEach(() => {
  remote = new Remote();
});
afterEach(() => remote.stop());

describe('spool', () => {
  test('status says what waits and what was set aside; --json prints the answer as it came', async () => {
    await remote.on('GET', '/spool', (_request, n) => ({ body: { waiting: 1234, aside: n - 1 } })).start();
    expect((await run(remote, ['spool', 'status'])).out).toBe(
      'waiting for the database: 1,234\nset aside: none\n',
    );
    expect((await run(remote, ['spool', 'status'])).out).toContain('set aside: 1: ');
    expect((await run(remote, ['spool', 'status', '--json'])).out).toBe('{"waiting":1234,"aside":2}\n');
  });

  test('return goes on until nothing is left, and sums it up', async () => {
    remote.on('POST', '/spool/returns', (_request, n) => ({
      body: { returned: n === 3 ? 7 : 100, stayed: 0, next: n === 3 ? null : `name-${n}` },
    }));
    await remote.start();
    const { status, out } = await run(remote, ['spool', 'return']);
    expect([status, out]).toEqual([0, expect.stringMatching(/^put back 207; `hundredfold spool status` /)]);
    expect(remote.received.map(({ url }) => url)).toEqual([
      '/spool/returns?limit=100',
      '/spool/returns?limit=100&cursor=name-1',
      '/spool/returns?limit=100&cursor=name-2',
    ]);
  });

  test('return fails where something stays, and says so where there was nothing', async () => {
    remote.on('POST', '/spool/returns', (_request, n) => ({
      body: { returned: 0, stayed: n === 1 ? 2 : 0, next: null },
    }));
    await remote.start();
    expect(await run(remote, ['spool', 'return'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^put back 0, 2 stay: they are no predictions/),
    });
    expect((await run(remote, ['spool', 'return'])).out).toBe('Nothing was set aside.\n');
    expect((await run(remote, ['spool', 'return', '--json'])).out).toBe('{"returned":0,"stayed":0}\n');
  });

  test('status of all predictors names what was set aside, and fails for none of it', async () => {
    const none = { predictors: [], next: null };
    remote.on('GET', '/predictors', () => ({ body: none }));
    remote.on('GET', '/spool', (_request, n) =>
      n === 1
        ? { body: { waiting: 0, aside: 3 } }
        : { status: 503, body: { code: 'model_store_unavailable' } },
    );
    await remote.start();
    expect((await run(remote, ['status'])).out).toContain("set aside: 3: the server's log says why");
    expect(await run(remote, ['status'])).toMatchObject({ status: 0, err: '' });
  });

  test('anything else is wrong usage', async () => {
    await remote.start();
    for (const argv of [['spool'], ['spool', 'empty']]) expect((await run(remote, argv)).status).toBe(2);
    expect(remote.received).toEqual([]);
  });
});
