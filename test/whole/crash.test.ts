import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { commandOf } from '../support/running-processes.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';

let folder: TemporaryFolder;
let program: StartedProgram;

beforeAll(async () => {
  folder = await temporaryFolder();
  program = await startProgram(folder.path);
  await program.put('/predictors/p', {
    name: 'p',
    inputs: { query: { type: 'text' } },
    target: { name: 'side', type: 'label' },
  });
  const csv = Array.from({ length: 40 }, (_, n) => `word ${n % 8},${n % 2 ? 'left' : 'right'}`).join('\n');
  await program.importCsv('p', `query,side\n${csv}\n`);
  await program.settled('p');
}, 90_000);
afterAll(async () => {
  program.process.signal('SIGTERM');
  await program.process.exited;
  await program.process.assertClean();
  await folder.remove();
}, 30_000);

/** Posts with 16 clients until `over`, and keeps the ids that were answered with `recorded: true`. */
async function load(over: () => boolean): Promise<string[]> {
  const recorded: string[] = [];
  const client = async (number: number) => {
    for (let n = 0; !over(); n++) {
      const answer = await program
        .post('/predictors/p/predictions', { query: `${number} ${n}` })
        .catch(() => null);
      if (answer === null) return;
      if (answer.status === 201 && answer.body.recorded === true) recorded.push(String(answer.body.id));
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, number) => client(number)));
  return recorded;
}

async function pidOf(pattern: RegExp): Promise<number> {
  for (const pid of await program.process.tree()) if (pattern.test(await commandOf(pid))) return pid;
  throw new Error(`no process like ${pattern}`);
}

/** A read that finds the database away for a moment says 503, and is to be tried again. */
async function statusOf(id: string): Promise<number> {
  for (const until = Date.now() + 10_000; ; await sleep(200)) {
    const { status } = await program.get(`/predictions/${id}`);
    if (status !== 503 || Date.now() > until) return status;
  }
}

async function expectAllStored(ids: readonly string[]): Promise<void> {
  const statuses = await Promise.all(ids.map(async (id) => [id, await statusOf(id)] as const));
  expect(statuses.filter(([, status]) => status !== 200)).toEqual([]);
}

/** Rows ever counted = the rows of the requests + what is left, and every stored row was counted. */
async function expectCounterExact(): Promise<void> {
  const { body } = await program.get('/predictors/p');
  const { counter, retrainings, predictions } = body as unknown as {
    counter: { newRows: number; every: number; counted: number };
    retrainings: { counted: number };
    predictions: number;
  };
  expect(retrainings.counted * counter.every + counter.newRows).toBe(counter.counted);
  expect(counter.counted).toBe(predictions);
}

/** Ends processes by force under load; the next start has to have every row that was answered. */
async function expectRecovery(end: () => Promise<unknown>): Promise<void> {
  let over = false;
  const loading = load(() => over);
  await sleep(250);
  await end();
  over = true;
  const ids = await loading;
  expect(ids.length).toBeGreaterThan(20);
  program = await startProgram(folder.path);
  await expectAllStored(ids);
  await expectCounterExact();
}

/** One after the other on the same data. */
describe('after a kill -9', () => {
  test('of PostgreSQL, it is started again, and answering goes on meanwhile', async () => {
    process.kill(await pidOf(/postgres -D/), 'SIGKILL');
    const ids: string[] = [];
    for (let recorded: unknown = null; recorded !== true; await sleep(20)) {
      const { status, body } = await program.post('/predictors/p/predictions', { query: 'again' });
      expect(status).toBe(201);
      ids.push(String(body.id));
      recorded = body.recorded;
      expect(ids.length).toBeLessThan(500);
    }
    await expectAllStored(ids);
    await expectCounterExact();
  }, 60_000);

  test(
    'of the server in mid-load, no answered prediction is lost, and the next start recovers',
    () => expectRecovery(async () => process.kill(await pidOf(/server\.ts/), 'SIGKILL')),
    60_000,
  );

  test('of every process at once, likewise', () => expectRecovery(() => program.process.kill()), 60_000);

  test('of the trainer in mid-training, the training is carried out all the same', async () => {
    await program.settled('p');
    const csv = Array.from(
      { length: 1_200 },
      (_, n) => `row ${n} of many ${n * 7919},${n % 3 ? 'left' : 'right'}`,
    );
    await program.importCsv('p', `query,side\n${csv.join('\n')}\n`);
    for (;;) {
      const { body } = await program.get('/predictors/p');
      if ((body.lastRetraining as { status: string }).status === 'running') break;
      await sleep(10);
    }
    process.kill(await pidOf(/worker\.ts/), 'SIGKILL');
    const killed = Date.now();
    const settled = await program.settled('p', 80_000);
    expect(settled.lastRetraining).toMatchObject({ trigger: 'import', status: 'finished' });
    expect((settled.lastRetraining as { verdict: string }).verdict).not.toBe('failed');
    // Its lease of 20 s was not waited for.
    const { startedAt } = settled.lastRetraining as { startedAt: string };
    expect(Date.parse(startedAt) - killed).toBeLessThan(10_000);
  }, 120_000);

  test('of every process while an import is undone and a predictor is deleted, the next start finishes both', async () => {
    const definition = {
      name: 'q',
      inputs: { query: { type: 'text' } },
      target: { name: 'side', type: 'label' },
    };
    const csv = (rows: number, word: string) =>
      `query,side\n${Array.from({ length: rows }, (_, n) => `${word} ${n},${n % 2 ? 'left' : 'right'}\n`).join('')}`;
    for (const name of ['q', 'r']) {
      await program.put(`/predictors/${name}`, { ...definition, name });
      await program.importCsv(name, csv(60_000, name), '?train=false');
    }
    const { body } = await program.importCsv('p', csv(60_000, 'wrong'), '?train=false&file=wrong.csv');
    const removing = [
      program.send('DELETE', '/predictors/q?confirm=q').catch(() => null),
      program.send('DELETE', `/predictors/p/imports/${body.import}`).catch(() => null),
      sleep(150).then(() => program.send('DELETE', '/predictors/r?confirm=r').catch(() => null)),
    ];
    await sleep(250);
    await program.process.kill();
    await Promise.all(removing);

    program = await startProgram(folder.path);
    for (const name of ['q', 'r']) {
      // Where the process died before it had begun, there is the whole predictor.
      for (;;) {
        const { status } = await program.send('DELETE', `/predictors/${name}?confirm=${name}`);
        if (status === 404) break;
        expect([200, 202]).toContain(status);
      }
      expect((await program.get(`/predictors/${name}`)).status).toBe(404);
    }
    for (const until = Date.now() + 30_000; Date.now() < until; await sleep(200)) {
      const { status } = await program.send('DELETE', `/predictors/p/imports/${body.import}`);
      if (status === 404) break;
    }
    const { body: imports } = await program.get('/predictors/p/imports');
    expect((imports.imports as { file: string | null }[]).map(({ file }) => file)).not.toContain('wrong.csv');
    expect((await program.get('/predictors/p/examples?q=wrong')).body.examples).toEqual([]);
    const again = await program.put('/predictors/q', definition);
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ revision: 2, examples: { imported: 0 } });
    await expectCounterExact();
  }, 120_000);
});
