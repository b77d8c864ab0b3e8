import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { watchForLeaks } from '../support/leaks.ts';
import { olderNode } from '../support/older-node.ts';
import { describeWhere } from '../support/requirement.ts';
import { until } from '../support/until.ts';
import { type Checkout, checkout } from './checkout.ts';

const older = olderNode();
const leaks = await watchForLeaks();
let repository: Checkout;
beforeAll(async () => {
  repository = await checkout();
});
afterAll(async () => {
  await repository.folder.remove();
  await leaks.assertNone();
});

describe('the launcher on Node 24', () => {
  test('runs the entry in its own process, with its arguments and its exit code', async () => {
    const started = repository.launch(process.execPath, '5', 'more');
    expect(await started.closed).toEqual({ code: 5, signal: null });
    expect(started.output).toContain(`running on ${process.version} with 5 more`);
    expect(await repository.npxCalls()).toEqual([]);
  });
});

describeWhere(older, 'the launcher on an older Node', () => {
  test('says why it stops where no Node 24 can be had, and exits with 1', async () => {
    const other = await checkout();
    const started = other.launch(older.node, '0');
    expect(await started.closed).toEqual({ code: 1, signal: null });
    expect(started.output).toContain('Install it from https://nodejs.org');
    await other.folder.remove();
  });

  test('takes the Node of the platform where install scripts are switched off and npx answers with the old one', async () => {
    const other = await checkout();
    const platform = `node-${process.platform}-${process.arch}@24`;
    await other.answerNpx({ 'node@24': older.node, [platform]: process.execPath });
    const started = other.launch(older.node, '0');
    expect(await started.closed).toEqual({ code: 0, signal: null });
    expect(await other.npxCalls()).toEqual(['node@24', platform]);
    expect(started.output).toContain(`running on ${process.version}`);
    await other.folder.remove();
  });

  test('fetches Node 24 once, says so, and remembers where it is', async () => {
    await repository.answerNpx({ 'node@24': process.execPath });
    const first = repository.launch(older.node, '3');
    expect(await first.closed).toEqual({ code: 3, signal: null });
    expect(first.output).toMatch(/needs Node 24; this is v\d+.*Fetching node@24 from npm, once/);
    const second = repository.launch(older.node, '4');
    expect(await second.closed).toEqual({ code: 4, signal: null });
    expect(second.output).toBe(`running on ${process.version} with 4\n`);
    expect(await repository.npxCalls()).toEqual(['node@24']);
  });

  test('passes a signal on once: repeated signals change nothing', async () => {
    const started = repository.launch(older.node, 'wait');
    await started.waitForLine(/running on/);
    started.signal('SIGTERM');
    started.signal('SIGTERM');
    started.signal('SIGINT');
    expect(await started.closed).toEqual({ code: 7, signal: null });
    expect(started.output).toContain('signals: 1\n');
    await started.assertClean();
  });

  test('ends after its child when the whole group is signalled', async () => {
    const started = repository.launch(older.node, 'wait');
    await started.waitForLine(/running on/);
    started.signalGroup('SIGINT');
    started.signalGroup('SIGINT');
    expect(await started.exited).toEqual({ code: 7, signal: null });
    await started.assertClean();
  });

  test('exits as a shell does when its child dies of a signal', async () => {
    const started = repository.launch(older.node, 'die');
    expect(await started.exited).toEqual({ code: 137, signal: null });
  });

  test('leaves nothing running when it is stopped while it fetches', async () => {
    const other = await checkout();
    await other.answerNpx({ 'node@24': "'; exec /bin/sleep 100; '" });
    const started = other.launch(older.node, '0');
    await started.waitForLine(/Fetching/);
    await until('what fetches runs', async () => (await started.tree()).length === 2);
    started.signal('SIGTERM');
    expect(await started.exited).toEqual({ code: 143, signal: null });
    await started.assertClean();
    await other.folder.remove();
  });
});
