import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { startProcess } from '../support/process.ts';
import type { SleepingPlace } from './sleeping-place.ts';

/**
 * Has two processes asked fifty times for each of some keys before, while and after the database leaves. Returns the ids
 * of the one row that each key is to have.
 */
export async function askWhileLeaving(place: SleepingPlace): Promise<string[]> {
  const second = startProcess({
    command: process.execPath,
    args: ['test/fire/answering.ts', place.postgres.connectionString, path.join(place.folder.path, 'store')],
    env: { NODE_OPTIONS: undefined },
  });
  try {
    const [, url = ''] = await second.waitForLine(/answers on (\S+)/);
    return await ask(place, [place.program.url, url]);
  } finally {
    await second.kill();
  }
}

async function ask(place: SleepingPlace, urls: readonly string[]): Promise<string[]> {
  const asked: { key: string; answers: Promise<string[]> }[] = [];
  const now = (key: string) => asked.push({ key, answers: fifty(urls, key) });
  now('before');
  await Promise.all(asked.map(({ answers }) => answers));
  now('leaving');
  await place.postgres.sleep();
  now('gone');
  now('before');
  now('leaving');
  await sleep(1_300);
  now('away');
  now('gone');
  now('returning');
  await place.postgres.wake();
  now('returning');
  now('back');
  await sleep(500);
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
  return [...byKey.values()].map(([answer = '']) => JSON.parse(answer.slice(4)).id);
}

/** The answers of 25 equal requests to each of the two processes, without `recorded`. */
async function fifty(urls: readonly string[], key: string): Promise<string[]> {
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
