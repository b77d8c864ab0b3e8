import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { commandOf } from '../support/running-processes.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';
import { until } from '../support/until.ts';

let folder: TemporaryFolder;
let program: StartedProgram;
beforeAll(async () => {
  folder = await temporaryFolder();
  program = await startProgram(folder.path);
}, 90_000);
afterAll(async () => {
  await program.process.kill();
  await folder.remove();
});

/** That it is carried out all the same: crash.test.ts. */
test('a training whose trainer is killed is begun anew before its lease of 20 s is over', async () => {
  await program.put('/predictors/p', {
    name: 'p',
    inputs: { query: { type: 'text' } },
    target: { name: 'side', type: 'label' },
  });
  const row = (_: unknown, n: number) => `row ${n} of many ${n * 7919},${n % 3 ? 'left' : 'right'}`;
  await program.importCsv('p', `query,side\n${Array.from({ length: 1_200 }, row).join('\n')}\n`);
  await until('it is trained', async () => {
    const { body } = await program.get('/predictors/p');
    return (body.lastRetraining as { status: string }).status === 'running';
  });
  for (const pid of await program.process.tree()) {
    if (/worker\.ts/.test(await commandOf(pid))) process.kill(pid, 'SIGKILL');
  }
  const killed = Date.now();
  const { lastRetraining } = await program.settled('p', 80_000);
  expect(lastRetraining).toMatchObject({ trigger: 'first', status: 'finished' });
  const { startedAt } = lastRetraining as { startedAt: string };
  expect(Date.parse(startedAt)).toBeGreaterThan(killed);
  expect(Date.parse(startedAt) - killed).toBeLessThan(10_000);
}, 120_000);
