import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from './folder.ts';
import { watchForLeaks } from './leaks.ts';
import { startProcess } from './process.ts';

describe('the watch for leaks', () => {
  test('passes a file that cleaned up', async () => {
    const leaks = await watchForLeaks();
    const folder = await temporaryFolder();
    const child = startProcess({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e6)'] });
    await child.kill();
    await child.exited;
    await folder.remove();
    await leaks.assertNone();
  });

  test('names a process and a folder that were left', async () => {
    const leaks = await watchForLeaks();
    const folder = await temporaryFolder();
    const child = startProcess({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1e6)'] });
    const refusal = await leaks.assertNone().catch(String);
    expect(refusal).toContain(`process ${child.pid}`);
    expect(refusal).toContain(folder.path);
    await child.kill();
    await folder.remove();
  });
});
