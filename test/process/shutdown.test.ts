import { afterAll, describe, expect, test } from '@jest/globals';
import { Shutdown } from '../../services/process/shutdown.ts';
import { watchForLeaks } from '../support/leaks.ts';
import { startProcess } from '../support/process.ts';

const leaks = await watchForLeaks();
afterAll(() => leaks.assertNone());

async function open(...behaviour: string[]) {
  const started = startProcess({
    command: process.execPath,
    args: ['test/process/closing.ts', ...behaviour],
  });
  await started.waitForLine(/open/);
  return started;
}

describe('the end', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'comes at %s, the last opened first, with exit code 0',
    async (signal) => {
      const started = await open();
      started.signal(signal);
      expect(await started.closed).toEqual({ code: 0, signal: null });
      expect(started.output).toBe('open\nthird closed\nfirst closed\n');
    },
  );

  test('comes once, however often it is asked for', async () => {
    const started = await open();
    for (const signal of ['SIGTERM', 'SIGTERM', 'SIGINT'] as const) started.signal(signal);
    expect(await started.closed).toEqual({ code: 0, signal: null });
    expect(started.output).toBe('open\nthird closed\nfirst closed\n');
  });

  test('does not wait for what hangs longer than it was given', async () => {
    const started = await open('hang');
    started.signal('SIGTERM');
    expect(await started.closed).toEqual({ code: 0, signal: null });
    expect(started.output).toContain('second did not close within 0.2 s; leaving it behind.\nfirst closed');
  });

  test('is not held up by what fails, but does not hide it either', async () => {
    const started = await open('fail');
    started.signal('SIGTERM');
    expect(await started.closed).toEqual({ code: 1, signal: null });
    expect(started.output).toContain('second failed to close: it is stuck\nfirst closed');
  });

  test('stays within its limit, whatever each part was promised', async () => {
    const codes: number[] = [];
    const shutdown = new Shutdown({ limit: 200, exit: (code) => codes.push(code) });
    for (const name of ['a', 'b', 'c']) shutdown.add(name, () => new Promise(() => {}), 20_000);
    await Promise.all([shutdown.begin(), shutdown.begin(3)]);
    expect(codes).toEqual([0]);
    expect(shutdown.hasBegun).toBe(true);
  });
});
