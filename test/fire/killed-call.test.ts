import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { searches, startService, type TestService, trainedSearches } from '../predict/support/service.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type StartedProcess, startProcess } from '../support/process.ts';
import { until } from '../support/until.ts';

const ROWS = 1_000;
let place: TestDatabase;
let client: pg.Client;
let service: TestService;
const started: StartedProcess[] = [];

beforeAll(async () => {
  place = await createTestDatabase();
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
  service = await startService({ connectionString: place.connectionString });
});
afterAll(async () => {
  await Promise.all(started.map((one) => one.kill()));
  await client.end();
  await service.stop();
  await place.drop();
});

async function stored(predictor: string): Promise<number> {
  const { rows } = await client.query(
    `select predictions::integer as stored from hundredfold.counters c
     join hundredfold.predictors p on p.id = c.predictor_id where p.name = $1`,
    [predictor],
  );
  return rows[0].stored;
}

/** Objects in the spool, each of several rows; beside them may lie what a killed process was writing. */
async function spooled(): Promise<number> {
  const files = await readdir(path.join(service.folder, 'spool')).catch(() => []);
  return files.filter((name) => name.endsWith('.json')).length;
}

/** A process that answers on the same store, over this database. */
async function otherProcess(connectionString: string): Promise<{ process: StartedProcess; url: string }> {
  const other = startProcess({
    command: process.execPath,
    args: ['test/fire/answering.ts', connectionString, service.folder],
  });
  started.push(other);
  const [, url = ''] = await other.waitForLine(/answers on (\S+)/);
  return { process: other, url };
}

async function post(url: string, { predictor, key }: { predictor: string; key: string }, body: string) {
  const response = await fetch(`${url}/predictors/${predictor}/predictions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body,
  });
  const replayed = response.headers.get('idempotency-replayed');
  return { status: response.status, replayed, text: await response.text() };
}

/** Sends the call to another process, which is killed as soon as `kept` tells that some of its rows are; false where it came too late. */
async function killedInMidCall(
  { predictor, connectionString, key }: { predictor: string; connectionString: string; key: string },
  kept: () => Promise<number>,
): Promise<boolean> {
  const before = await kept();
  const other = await otherProcess(connectionString);
  const answer = post(other.url, { predictor, key }, body).then(
    () => 'answered',
    () => 'cut off',
  );
  await until('a row is kept', async () => (await kept()) > before, 20_000);
  await other.process.kill();
  return (await answer) === 'cut off';
}

/** Long ones take several statements and many files. */
const body = JSON.stringify(
  Array.from({ length: ROWS }, (_, n) => ({ query: `scan ${n} ${'x'.repeat(3_000)}` })),
);
const definition = { ...searches, inputs: { ...searches.inputs, query: { type: 'text', maxLength: 5_000 } } };

describe.each([
  ['stores', 'recorded', () => place.connectionString, stored],
  ['spools', 'deferred', () => 'postgres://nobody@127.0.0.1:1/nothing', spooled],
] satisfies [string, string, () => string, (predictor: string) => Promise<number>][])(
  'a process killed while it %s the rows of a call',
  (_, how, over, kept) => {
    test(`leaves some of them ${how}; the same call again answers all, and each is stored and counted once`, async () => {
      const predictor = `killed-${how}`;
      await trainedSearches(service, { ...definition, name: predictor });
      let calls = 0;
      const asked = () => ({ predictor, connectionString: over(), key: `call-${calls}` });
      for (let isCutOff = false; !isCutOff; ) {
        calls++;
        expect(calls).toBeLessThan(10);
        isCutOff = await killedInMidCall(asked(), () => kept(predictor));
      }
      const next = await otherProcess(place.connectionString);
      const ask = () => post(next.url, asked(), body);
      const again = await ask();
      expect(again.status).toBe(200);
      const { answers } = JSON.parse(again.text) as { answers: { id: string; status: number }[] };
      expect(answers.every(({ status }) => status === 201)).toBe(true);
      expect(new Set(answers.map(({ id }) => id)).size).toBe(ROWS);
      await until('the spool is empty', async () => (await spooled()) === 0, 20_000);
      const third = await ask();
      expect([third.text, third.replayed]).toEqual([again.text.replaceAll('"deferred"', 'true'), 'true']);
      await next.process.kill();
      expect(await stored(predictor)).toBe(ROWS * calls);
      const { json } = await service.call('GET', `/predictors/${predictor}/retrainings`);
      const counted = json.retrainings.filter(({ trigger }: { trigger: string }) => trigger === 'count');
      expect(counted).toHaveLength((ROWS * calls) / 100);
    }, 60_000);
  },
);
