import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { until } from '../support/until.ts';
import { postRows } from './sleeping-load.ts';
import type { SleepingPlace } from './sleeping-place.ts';

/** From a row's coming to its answer, as the program is set. */
const BUDGET = 1_000;
/** What clients may see beyond it: they, the program and PostgreSQL share the machine's cores. */
const SLACK = 500;

/**
 * Has the database leave under load for some seconds and come back, and expects that no client notices. `before` holds the
 * ids of earlier rows; returns all. With nothing beside it the time is measured too: it is within the budget, and told to
 * `tell`.
 */
export async function pauseUnderLoad(
  place: SleepingPlace,
  how: 'asleep' | 'refusing',
  seconds: number,
  before: ReadonlySet<string>,
  tell: ((line: string) => void) | null = null,
): Promise<Set<string>> {
  let over = false;
  const seen = { answered: 0, deferred: 0 };
  const loading = postRows(place.program, 16, () => over, seen);
  await until('rows are answered', () => seen.answered > 100);
  await (how === 'asleep' ? place.postgres.sleep() : place.postgres.refuse());
  await sleep(seconds * 1_000);
  await until('rows are deferred', () => seen.deferred > 20);
  const waiting = (await place.spooled()).length;
  await (how === 'asleep' ? place.postgres.wake() : place.postgres.start());
  await sleep(800);
  over = true;
  const load = await loading;
  // A thousand rows a second are drained on any machine; tens of thousands wait after the longest pause.
  const took = await place.drained(20_000 + waiting);
  tell?.(
    `${how} ${seconds} s: ${load.requests} requests, ${load.deferred} deferred, ${waiting} spooled at the end of the pause, worst answer ${load.worst.toFixed(0)} ms, drained ${took.toFixed(0)} ms after the load`,
  );
  expect(load.faults.slice(0, 5)).toEqual([]);
  expect(load.deferred).toBeGreaterThan(20);
  if (tell !== null) expect(load.worst).toBeLessThan(BUDGET + SLACK);
  const all = new Set([...before, ...load.answered]);
  await place.expectExactly(all);
  return all;
}
