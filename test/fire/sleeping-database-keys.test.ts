import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type StartedProcess, startProcess } from '../support/process.ts';
import { SleepingPlace } from './sleeping-place.ts';

let place: SleepingPlace;
let second: StartedProcess;
let urls: readonly string[];
beforeAll(async () => {
  place = await SleepingPlace.open();
  second = startProcess({
    command: process.execPath,
    args: ['test/fire/answering.ts', place.postgres.connectionString, path.join(place.folder.path, 'store')],
    env: { NODE_OPTIONS: undefined },
  });
  const [, url = ''] = await second.waitForLine(/answers on (\S+)/);
  urls = [place.program.url, url];
}, 90_000);
afterAll(async () => {
  await second.kill();
  await place.close();
}, 30_000);

/** The answers of 25 equal requests to each of the two processes, without `recorded`. */
async function ask(key: string): Promise<string[]> {
  const requests = Array.from({ length: 50 }, async (_, n) => {
    const response = await fetch(`${urls[n % 2]}/predictors/p/predictions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ query: `word ${key}` }),
    });
    const { recorded, ...answer }: Record<string, unknown> = JSON.parse(await response.text());
    return `${response.status} ${JSON.stringify(answer)}`;
  });
  return Promise.all(requests);
}

test('fifty requests of one key to two processes are one row and one answer, whenever the database leaves', async () => {
  const asked: { key: string; answers: Promise<string[]> }[] = [];
  const now = (key: string) => asked.push({ key, answers: ask(key) });
  now('before');
  await Promise.all(asked.map(({ answers }) => answers));
  now('leaving');
  await place.postgres.sleep();
  now('gone');
  now('before');
  now('leaving');
  await sleep(1_500);
  now('away');
  now('gone');
  now('returning');
  await place.postgres.wake();
  now('returning');
  now('back');
  await sleep(1_000);
  for (const key of ['before', 'leaving', 'gone', 'away', 'returning', 'back']) now(key);

  const byKey = new Map<string, Set<string>>();
  for (const { key, answers } of asked) {
    const all = byKey.get(key) ?? new Set();
    byKey.set(key, all);
    for (const answer of await answers) all.add(answer);
  }
  for (const [key, answers] of byKey)
    expect([key, [...answers]]).toEqual([key, [expect.stringMatching(/^201 /)]]);
  await place.drained();
  const ids = [...byKey.values()].map(([answer = '']) => JSON.parse(answer.slice(4)).id);
  await place.expectExactly(new Set(ids));
}, 60_000);
