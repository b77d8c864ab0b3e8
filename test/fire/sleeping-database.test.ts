import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pauseUnderLoad } from './sleeping-pause.ts';
import { SleepingPlace } from './sleeping-place.ts';

let place: SleepingPlace;
let answered = new Set<string>();
beforeAll(async () => {
  place = await SleepingPlace.open();
}, 90_000);
afterAll(() => place.close(), 30_000);

describe('a database that leaves for three seconds under load', () => {
  test.each(['asleep', 'refusing'] as const)(
    '(%s) costs no answer and no time beyond the budget, and every answered row is stored exactly once',
    async (how) => {
      answered = await pauseUnderLoad(place, how, 3, answered);
    },
    60_000,
  );
});

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
