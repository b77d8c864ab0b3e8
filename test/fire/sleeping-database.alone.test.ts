import { writeSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { pauseUnderLoad } from './sleeping-pause.ts';
import { SleepingPlace } from './sleeping-place.ts';

let place: SleepingPlace;
let answered = new Set<string>();
beforeAll(async () => {
  place = await SleepingPlace.open();
}, 90_000);
afterAll(() => place.close(), 30_000);

describe.each([1.5, 3, 15, 30, 45])('a database that leaves for %d seconds under load', (seconds) => {
  test.each(['asleep', 'refusing'] as const)(
    '(%s) costs no answer and no time beyond the budget, and every answered row is stored exactly once',
    async (how) => {
      answered = await pauseUnderLoad(place, how, seconds, answered, (line) => writeSync(1, `${line}\n`));
    },
    180_000,
  );
});
