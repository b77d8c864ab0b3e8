import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { childrenOf } from '../support/running-processes.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

/** Whoever asked for the end waits ten seconds; half a second of it is for other machines. */
const IN_TIME = 9_500;

let folder: TemporaryFolder;
let running: StartedProgram | null = null;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await running?.process.kill();
  await folder.remove();
});

describe('npm start, told to end while PostgreSQL hangs', () => {
  test.each([
    ['its postmaster', false],
    ['all of it', true],
  ])(
    '(%s), exits with 0 within ten seconds, and the next start recovers',
    async (_what, all) => {
      const start = () => startProgram(folder.path, ['--empty'], ['npm', 'start', '--']);
      running = await start();
      const lines = await readFile(path.join(folder.path, 'postgres', 'postmaster.pid'), 'utf8');
      const postmaster = Number(lines.split('\n')[0]);
      for (const pid of all ? [postmaster, ...(await childrenOf(postmaster))] : [postmaster]) {
        process.kill(pid, 'SIGSTOP');
      }
      // Calls and rounds of upkeep hang as well by now.
      fetch(`${running.url}/predictors`).catch(() => undefined);
      await sleep(500);
      const began = performance.now();
      running.process.signal('SIGTERM');
      expect(await running.process.exited).toEqual({ code: 0, signal: null });
      expect(performance.now() - began).toBeLessThan(IN_TIME);

      const again = await start();
      expect((await again.get('/ready')).status).toBe(200);
      again.process.signal('SIGTERM');
      expect(await again.process.exited).toEqual({ code: 0, signal: null });
    },
    90_000,
  );
});
