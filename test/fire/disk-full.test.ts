import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { processesIn } from '../../services/local/postgres/cluster-processes.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/folder.ts';
import { describeWhere } from '../support/requirement.ts';
import { mounts, type SmallDisk, smallDisk } from '../support/small-disk.ts';
import { type Body, type StartedProgram, startProgram } from '../support/started-program.ts';
import { until } from '../support/until.ts';

describeWhere(mounts(), 'a full disk under the model store', () => {
  let folder: TemporaryFolder;
  let disk: SmallDisk;
  let program: StartedProgram;
  beforeAll(async () => {
    folder = await temporaryFolder();
    disk = smallDisk(path.join(folder.path, 'store'), 8);
    program = await startProgram(folder.path);
    await program.put('/predictors/p', {
      name: 'p',
      inputs: { query: { type: 'text' } },
      target: { name: 'side', type: 'label' },
      retraining: { every: 30 },
    });
    await program.importCsv('p', csv(0, 20));
    await program.settled('p');
  }, 60_000);
  afterAll(async () => {
    await program.process.kill();
    await disk.remove();
    await folder.remove();
  });

  test('fails a training with that reason; the old champion goes on, nothing half written is left', async () => {
    await disk.fill();
    await program.importCsv('p', csv(20, 70), '?train=false');
    await posts(30);
    const { lastRetraining, champion } = await program.settled('p');
    expect(lastRetraining).toMatchObject({
      trigger: 'count',
      verdict: 'failed',
      reason: expect.stringMatching(/disk is full/),
    });
    expect(champion).toMatchObject({ model: 1 });
    expect((await files(disk)).filter((name) => name.includes('partial'))).toEqual([]);
    expect(await program.post('/predictors/p/predictions', { query: 'x 1' })).toMatchObject({
      status: 201,
      body: { model: 1, recorded: true },
    });
  });

  test('once there is room, the next retraining publishes by itself', async () => {
    await disk.free();
    await posts(30);
    const { lastRetraining, champion } = await program.settled('p');
    expect(lastRetraining).toMatchObject({ trigger: 'count', verdict: 'promoted' });
    expect(champion).toMatchObject({ model: (lastRetraining as Body).model });
  });

  test('refuses predictions while the database is away too, and says so; nothing half written is left', async () => {
    await signalPostgres('SIGSTOP');
    await disk.fill();
    const before = await spooled();
    const refused = await program.post('/predictors/p/predictions', { query: 'refused' }, KEY);
    expect(refused).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await program.get('/ready')).toMatchObject({ status: 503, body: { code: 'not_ready' } });
    expect((await program.post('/predictors/p/suggestions', { query: 'x' })).status).toBe(200);
    expect((await files(disk)).filter((name) => name.includes('partial'))).toEqual([]);
    expect(await spooled()).toEqual(before);
  });

  test('takes them again by itself once there is room, and records them once', async () => {
    await disk.free();
    const deferred = await program.post('/predictors/p/predictions', { query: 'deferred' });
    expect(deferred).toMatchObject({ status: 201, body: { recorded: 'deferred' } });
    expect(await program.get('/ready')).toMatchObject({
      status: 200,
      body: { database: 'away', spooled: 1 },
    });
    await signalPostgres('SIGCONT');
    await until('the spool is empty', async () => (await spooled()).length === 0);
    expect(await program.get(`/predictions/${deferred.body.id}`)).toMatchObject({ status: 200 });
    // Its statement may have been carried out late: whoever asks again gets the one row.
    const again = await program.post('/predictors/p/predictions', { query: 'refused' }, KEY);
    expect(again).toMatchObject({ status: 201, body: { recorded: true } });
    expect((await program.get('/predictors/p')).body.predictions).toBe(63);
  });

  /** Under keys: what a machine that is out of breath does not record in time is sent again. */
  async function posts(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const key = { 'idempotency-key': randomUUID() };
      await until('it is recorded', async () => {
        const { status, body } = await program.post('/predictors/p/predictions', { query: `post ${n}` }, key);
        expect([201, 503]).toContain(status);
        return body.recorded === true;
      });
    }
  }

  async function signalPostgres(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    for (const pid of await processesIn(path.join(folder.path, 'postgres'))) process.kill(pid, signal);
  }

  async function spooled(): Promise<string[]> {
    return readdir(path.join(disk.folder, 'spool')).catch(() => []);
  }
});

const KEY = { 'idempotency-key': 'refused-once' };

/** Rows from `from` up to, not including, `to`. */
/** Later rows have a label that the first ones do not have: a model of these is surely better. */
function csv(from: number, to: number): string {
  const sides = ['right', 'left', 'right', from === 0 ? 'left' : 'middle'];
  const rows = Array.from(
    { length: to - from },
    (_, n) => `word ${(from + n) % 8} ${from},${sides[(from + n) % 4]}`,
  );
  return `query,side\n${rows.join('\n')}\n`;
}

async function files({ folder }: SmallDisk): Promise<string[]> {
  return readdir(folder, { recursive: true });
}
