import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askWhileLeaving } from './sleeping-keys.ts';
import { pauseUnderLoad } from './sleeping-pause.ts';
import { SleepingPlace } from './sleeping-place.ts';

let place: SleepingPlace;
let answered: Set<string> = new Set();
beforeAll(async () => {
  place = await SleepingPlace.open();
}, 90_000);
afterAll(() => place.close(), 30_000);

/** For longer, with connections refused, and measured: sleeping-database.alone.test.ts. */
test('a database that sleeps under load costs no answer; every answered row is stored exactly once', async () => {
  answered = await pauseUnderLoad(place, 'asleep', 1.5, answered);
}, 60_000);

test('fifty requests of one key to two processes are one row and one answer, whenever the database leaves', async () => {
  answered = new Set([...answered, ...(await askWhileLeaving(place))]);
  await place.expectExactly(answered);
}, 60_000);

test('a program killed while rows lie in the spool records them at its next start', async () => {
  await place.postgres.sleep();
  const rows = Array.from({ length: 20 }, (_, n) =>
    place.program.post('/predictors/p/predictions', { query: `killed ${n}` }),
  );
  for (const { status, body } of await Promise.all(rows)) {
    expect([status, body.recorded]).toEqual([201, 'deferred']);
    answered.add(String(body.id));
  }
  await place.kill();
  expect((await place.spooled()).length).toBe(20);
  await place.postgres.wake();
  await place.start();
  expect(await place.spooled()).toEqual([]);
  await place.expectExactly(answered);
}, 60_000);
