import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { commandOf } from '../support/running-processes.ts';
import { type StartedProgram, startProgram } from '../support/started-program.ts';
import { until } from '../support/until.ts';

/** Of what is removed: several steps of it, the first of which are a thousand rows and two. */
const ROWS = 15_000;
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

/** Posts with 16 clients until `over`, and puts the ids that were answered with `recorded: true` into `recorded`. */
async function load(recorded: string[], over: () => boolean): Promise<void> {
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
}

async function pidOf(pattern: RegExp): Promise<number> {
  for (const pid of await program.process.tree()) if (pattern.test(await commandOf(pid))) return pid;
  throw new Error(`no process like ${pattern}`);
}

/** A read that finds the database away for a moment says 503, and is to be tried again. */
async function statusOf(id: string): Promise<number> {
  for (const end = Date.now() + 30_000; ; await sleep(200)) {
    const { status } = await program.get(`/predictions/${id}`);
    if (status !== 503 || Date.now() > end) return status;
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
  const ids: string[] = [];
  const loading = load(ids, () => over);
  await until('rows are recorded', () => ids.length > 20);
  await end();
  over = true;
  await loading;
  program = await startProgram(folder.path);
  await expectAllStored(ids);
  await expectCounterExact();
}

/** One after the other on the same data. */
describe('after a kill -9', () => {
  test('of PostgreSQL, it is started again, and answering goes on meanwhile', async () => {
    process.kill(await pidOf(/postgres -D/), 'SIGKILL');
    const ids: string[] = [];
    await until('rows are recorded', async () => {
      const { status, body } = await program.post('/predictors/p/predictions', { query: 'again' });
      expect(status).toBe(201);
      ids.push(String(body.id));
      return body.recorded === true;
    });
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
      { length: 600 },
      (_, n) => `row ${n} of many ${n * 7919},${n % 3 ? 'left' : 'right'}`,
    );
    await program.importCsv('p', `query,side\n${csv.join('\n')}\n`);
    await until('it is trained', async () => {
      const { body } = await program.get('/predictors/p');
      return (body.lastRetraining as { status: string }).status === 'running';
    });
    process.kill(await pidOf(/worker\.ts/), 'SIGKILL');
    const settled = await program.settled('p', 80_000);
    expect(settled.lastRetraining).toMatchObject({ trigger: 'import', status: 'finished' });
    expect((settled.lastRetraining as { verdict: string }).verdict).not.toBe('failed');
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
      await program.importCsv(name, csv(ROWS, name), '?train=false');
    }
    const { body } = await program.importCsv('p', csv(ROWS, 'wrong'), '?train=false&file=wrong.csv');
    const remove = (path: string) => program.send('DELETE', path).catch(() => null);
    const begun = (name: string) =>
      until(`${name} is gone`, async () => (await program.get(`/predictors/${name}`)).status === 404);
    const removing = [remove('/predictors/q?confirm=q'), remove(`/predictors/p/imports/${body.import}`)];
    await begun('q');
    removing.push(remove('/predictors/r?confirm=r'));
    await begun('r');
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
    await until('the import is undone', async () => {
      const { status } = await program.send('DELETE', `/predictors/p/imports/${body.import}`);
      return status === 404;
    });
    const { body: imports } = await program.get('/predictors/p/imports');
    expect((imports.imports as { file: string | null }[]).map(({ file }) => file)).not.toContain('wrong.csv');
    expect((await program.get('/predictors/p/examples?q=wrong')).body.examples).toEqual([]);
    const again = await program.put('/predictors/q', definition);
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ revision: 2, examples: { imported: 0 } });
    await expectCounterExact();
  }, 120_000);
});
