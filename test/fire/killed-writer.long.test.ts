import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { type Victim, WritersPlace } from './killed-writer.ts';

let place: WritersPlace;
let statements: number;
beforeAll(async () => {
  place = await WritersPlace.open();
  statements = await place.statements();
});
afterAll(() => place.close());

describe('a writer that is killed at every one of its statements', () => {
  const cases: [Victim, 'arrived' | 'answered', 'predictions' | 'labels'][] = [];
  for (const victim of ['writer', 'backend'] as const)
    for (const phase of ['arrived', 'answered'] as const)
      for (const counts of ['predictions', 'labels'] as const) cases.push([victim, phase, counts]);

  test.each(cases)(
    'the %s, when a statement has %s, where %s count: whole units, each row counted once',
    async (victim, phase, counts) => {
      for (let number = 1; number <= statements; number++)
        await place.expectWholeUnits({ number, phase }, victim, counts);
    },
    300_000,
  );
});
