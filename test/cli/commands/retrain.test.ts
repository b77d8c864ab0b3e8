import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote, type Reply } from '../support/remote.ts';
import { run } from '../support/run.ts';

const requested = { id: 8, trigger: 'request', status: 'requested', verdict: null, reason: null };
const finished = { ...requested, status: 'finished', model: 4 };

let remote: Remote;
beforeEach(() => {
  remote = new Remote().on('POST', '/predictors/tickets/retrainings', () => ({
    status: 202,
    body: requested,
  }));
});
afterEach(() => remote.stop());

/** The list, in which retraining 8 goes through `states`, below a newer one. */
function going(...states: readonly object[]): Remote {
  return remote.on('GET', '/predictors/tickets/retrainings', (_request, n) => ({
    body: { retrainings: [{ ...requested, id: 9 }, states[Math.min(n, states.length) - 1]], next: null },
  }));
}

describe('retrain', () => {
  test('asks, and does not wait', async () => {
    await remote.start();
    expect(await run(remote, ['retrain', 'tickets'])).toEqual({
      status: 0,
      out: 'retraining 8 requested\n',
      err: '',
    });
  });

  test('--wait prints the verdict and its reason', async () => {
    const promoted = { ...finished, verdict: 'promoted', reason: 'It is better by 7 of 100 rows.' };
    await going(requested, { ...requested, status: 'running' }, promoted).start();
    expect(await run(remote, ['retrain', 'tickets', '--wait'])).toEqual({
      status: 0,
      out: 'promoted (model 4): It is better by 7 of 100 rows.\n',
      err: '',
    });
  });

  test('--wait shows on a screen how far it is', async () => {
    const running = { ...requested, status: 'running', progress: { step: 'cross-fit', done: 2, of: 5 } };
    await going(running, { ...finished, verdict: 'kept', reason: 'It is worse.' }).start();
    const { status, err } = await run(remote, ['retrain', '--wait', 'tickets'], { tty: true });
    expect(status).toBe(0);
    expect(err).toContain('running, cross-fit 2 of 5 … 0 s');
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  test('--wait fails when the retraining did', async () => {
    await going({ ...finished, model: null, verdict: 'failed', reason: 'Out of memory.' }).start();
    const { status, out } = await run(remote, ['retrain', 'tickets', '--wait']);
    expect(status).toBe(1);
    expect(out).toBe('failed: Out of memory.\n');
  });

  test('--wait --json prints the retraining with its verdict', async () => {
    const kept = { ...finished, verdict: 'kept', reason: 'It is worse.' };
    await going(requested, kept).start();
    const { out } = await run(remote, ['retrain', 'tickets', '--wait', '--json']);
    expect(JSON.parse(out)).toEqual(kept);
  });

  test('--wait ends at --at-most, saying that the retraining goes on', async () => {
    await going(requested).start();
    const { status, err } = await run(remote, ['retrain', 'tickets', '--wait', '--at-most', '0.001']);
    expect(status).toBe(1);
    expect(err).toContain('It goes on: `hundredfold status tickets`');
    expect(err).toContain('code: timed_out');
  });

  describe('while training is off', () => {
    const off = 'warning: training is off: requests wait for `hundredfold training on`\n';
    beforeEach(() => {
      remote.on('GET', '/training', () => ({ body: { enabled: false } }));
    });

    test('is accepted, and says that it waits', async () => {
      await remote.start();
      const { status, out, err } = await run(remote, ['retrain', 'tickets']);
      expect({ status, out, err }).toEqual({ status: 0, out: 'retraining 8 requested\n', err: off });
    });

    test('--wait says so once, --json or not', async () => {
      await going(requested, requested, { ...finished, verdict: 'kept', reason: 'It is worse.' }).start();
      expect((await run(remote, ['retrain', 'tickets', '--wait'])).err).toBe(off);
      const { out, err } = await run(remote, ['retrain', 'tickets', '--wait', '--json']);
      expect([JSON.parse(out).verdict, err]).toEqual(['kept', off]);
    });
  });

  describe('while the database is away', () => {
    const away: Reply = {
      status: 503,
      headers: { 'retry-after': '0' },
      body: { title: 'The database is away', code: 'database_unavailable' },
    };
    const list = '/predictors/tickets/retrainings';

    test('--wait goes on, and has the verdict in the end', async () => {
      const retrainings = [{ ...finished, verdict: 'kept', reason: 'It is worse.' }];
      remote.on('GET', list, (_request, n) => (n < 3 ? away : { body: { retrainings, next: null } }));
      await remote.start();
      expect(await run(remote, ['retrain', 'tickets', '--wait'])).toEqual({
        status: 0,
        out: 'kept (model 4): It is worse.\n',
        err: '',
      });
    });

    test('--wait tells a screen what it waits for', async () => {
      remote.on('GET', list, (_request, n) =>
        n < 2 ? away : { body: { retrainings: [{ ...finished, verdict: 'kept' }], next: null } },
      );
      await remote.start();
      const { err } = await run(remote, ['retrain', 'tickets', '--wait'], { tty: true });
      expect(err).toContain('The database is away … 0 s');
    });

    test('--wait ends at --at-most, however long the server asks to wait', async () => {
      await remote.on('GET', list, () => ({ ...away, headers: { 'retry-after': '60' } })).start();
      const { status, err } = await run(remote, ['retrain', 'tickets', '--wait', '--at-most', '0.005']);
      expect(status).toBe(1);
      expect(err).toContain('code: timed_out');
    });

    test.each([[[]], [['--wait']]])('is asked for again %s, under one key', async (options) => {
      await remote.stop();
      remote = new Remote()
        .on('POST', list, (_request, n) => (n < 3 ? away : { status: 202, body: requested }))
        .on('GET', list, () => ({
          body: { retrainings: [{ ...finished, verdict: 'kept', reason: 'It is worse.' }], next: null },
        }));
      await remote.start();
      expect((await run(remote, ['retrain', 'tickets', ...options])).status).toBe(0);
      const keys = remote.received
        .filter(({ method }) => method === 'POST')
        .map(({ headers }) => headers['idempotency-key']);
      expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
      expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    });

    test('asking ends with --timeout, and with --at-most where it waits', async () => {
      await remote.stop();
      const later = { ...away, headers: { 'retry-after': '2' } };
      remote = await new Remote().on('POST', list, () => later).start();
      for (const limit of [
        ['--timeout', '1'],
        ['--wait', '--at-most', '0.01'],
      ]) {
        const { status, err } = await run(remote, ['retrain', 'tickets', ...limit]);
        expect([status, err]).toEqual([1, expect.stringContaining('code: database_unavailable (HTTP 503)')]);
      }
      expect(remote.received.length).toBe(2);
    });

    test('a 503 that names no time is told', async () => {
      await remote.on('GET', list, () => ({ ...away, headers: {} })).start();
      const { err } = await run(remote, ['retrain', 'tickets', '--wait']);
      expect(err).toContain('code: database_unavailable (HTTP 503)');
    });
  });

  test('a refusal while waiting is told', async () => {
    await remote.start();
    const { status, err } = await run(remote, ['retrain', 'tickets', '--wait']);
    expect(status).toBe(1);
    expect(err).toContain('code: not_found');
  });
});
