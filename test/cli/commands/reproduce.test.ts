import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const url = '/predictors/tickets/models/3/reproductions';
const requested = {
  id: 5,
  model: 3,
  status: 'requested',
  equal: null,
  sha256: null,
  expected: 'ab12',
  reason: null,
};
const finished = { ...requested, status: 'finished' };

let remote: Remote;
beforeEach(() => {
  remote = new Remote().on('POST', url, () => ({ status: 202, body: requested }));
});
afterEach(() => remote.stop());

/** Reproduction 5 goes through `states`. */
function going(...states: readonly object[]): Remote {
  return remote.on('GET', `${url}/5`, (_request, n) => ({ body: states[Math.min(n, states.length) - 1] }));
}

describe('reproduce', () => {
  test('waits, and exits with 0 where the bytes are equal', async () => {
    const equal = { ...finished, equal: true, sha256: 'ab12', reason: 'The same byte for byte.' };
    await going(requested, { ...requested, status: 'running' }, equal).start();
    expect(await run(remote, ['reproduce', 'tickets', '3'])).toEqual({
      status: 0,
      out: 'equal: The same byte for byte.\nsha256    ab12\n',
      err: '',
    });
  });

  test('exits with 1 where they are not, and names both hashes', async () => {
    await going({ ...finished, equal: false, sha256: 'cd34', reason: 'It comes out otherwise.' }).start();
    expect(await run(remote, ['reproduce', 'tickets', '3'])).toEqual({
      status: 1,
      out: 'different: It comes out otherwise.\nexpected  ab12\nsha256    cd34\n',
      err: '',
    });
  });

  test('exits with 1 where it could not be tried, and says why', async () => {
    await going({ ...finished, reason: '3 of the 60 rows were erased.' }).start();
    expect(await run(remote, ['reproduce', 'tickets', '3'])).toEqual({
      status: 1,
      out: 'not tried: 3 of the 60 rows were erased.\n',
      err: '',
    });
  });

  test('shows on a screen how far it is', async () => {
    const running = { ...requested, status: 'running', progress: { step: 'fit', done: 0, of: 1 } };
    await going(running, { ...finished, equal: true, sha256: 'ab12', reason: 'Same.' }).start();
    const { err } = await run(remote, ['reproduce', 'tickets', '3'], { tty: true });
    expect(err).toContain('running, fit 0 of 1 … 0 s');
  });

  test('--json prints the reproduction as it ended', async () => {
    const equal = { ...finished, equal: true, sha256: 'ab12', reason: 'Same.' };
    await going(equal).start();
    const { status, out } = await run(remote, ['reproduce', 'tickets', '3', '--json']);
    expect([status, JSON.parse(out)]).toEqual([0, equal]);
  });

  test('waits on while the server asks to come again later', async () => {
    const body = { title: 'The database is away', code: 'database_unavailable' };
    const equal = { ...finished, equal: true, sha256: 'ab12', reason: 'Same.' };
    remote.on('GET', `${url}/5`, (_request, n) =>
      n === 1 ? { status: 503, headers: { 'retry-after': '0' }, body } : { body: equal },
    );
    await remote.start();
    expect((await run(remote, ['reproduce', 'tickets', '3'])).status).toBe(0);
  });

  test('is asked for again while the database is away, under one key', async () => {
    await remote.stop();
    const away = { status: 503, headers: { 'retry-after': '0' }, body: { title: 'The database is away' } };
    remote = new Remote().on('POST', url, (_request, n) =>
      n === 1 ? away : { status: 202, body: requested },
    );
    await going({ ...finished, equal: true, sha256: 'ab12', reason: 'Same.' }).start();
    expect((await run(remote, ['reproduce', 'tickets', '3'])).status).toBe(0);
    const posts = remote.received.filter(({ method }) => method === 'POST');
    expect(posts.length).toBe(2);
    expect(posts[0]?.headers['idempotency-key']).toBe(posts[1]?.headers['idempotency-key']);
  });

  test('says once that it waits for training to be on', async () => {
    const equal = { ...finished, equal: true, sha256: 'ab12', reason: 'Same.' };
    remote.on('GET', '/training', () => ({ body: { enabled: false } }));
    await going(requested, requested, equal).start();
    expect((await run(remote, ['reproduce', 'tickets', '3'])).err).toBe(
      'warning: training is off: requests wait for `hundredfold training on`\n',
    );
  });

  test('gives up waiting, not the work, after --at-most', async () => {
    await going(requested).start();
    const { status, err } = await run(remote, ['reproduce', 'tickets', '3', '--at-most', '0.001']);
    expect(status).toBe(1);
    expect(err).toContain('code: timed_out');
  });

  test.each([['x'], ['0'], ['1.5']])('of model %s is wrong usage', async (model) => {
    await remote.start();
    expect((await run(remote, ['reproduce', 'tickets', model])).status).toBe(2);
  });
});
