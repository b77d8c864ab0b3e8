import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
beforeEach(() => {
  remote = new Remote();
});
afterEach(() => remote.stop());

describe('training', () => {
  test('off and on send what is wanted, and say what holds now', async () => {
    await remote.on('PUT', '/training', ({ body }) => ({ body })).start();
    expect((await run(remote, ['training', 'off'])).out).toBe(
      'training is off: rows are answered and counted, requests wait for `hundredfold training on`\n',
    );
    expect((await run(remote, ['training', 'on'])).out).toBe('training is on\n');
    expect(remote.received.map(({ body }) => body)).toEqual(['{"enabled":false}', '{"enabled":true}']);
  });

  test('status asks; --json prints the answer as it came', async () => {
    await remote.on('GET', '/training', () => ({ body: { enabled: false } })).start();
    expect((await run(remote, ['training', 'status'])).out).toContain('training is off');
    expect((await run(remote, ['training', 'status', '--json'])).out).toBe('{"enabled":false}\n');
  });

  test('anything else is wrong usage', async () => {
    await remote.start();
    for (const argv of [['training'], ['training', 'stop']]) {
      expect((await run(remote, argv)).status).toBe(2);
    }
    expect(remote.received).toEqual([]);
  });
});
