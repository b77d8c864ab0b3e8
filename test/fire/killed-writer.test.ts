import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drawBy, seed } from '../support/seed.ts';
import { type Victim, WritersPlace } from './killed-writer.ts';

let place: WritersPlace;
let statements: number;
beforeAll(async () => {
  place = await WritersPlace.open();
  statements = await place.statements();
});
afterAll(() => place.close());

const draw = drawBy(seed);

/** Each of its statements is tried in killed-writer.long.test.ts. */
describe(`a writer that is killed at any of its statements (seed ${seed})`, () => {
  test('has enough statements to be killed at', () => {
    expect(statements).toBeGreaterThan(15);
  });

  test.each<[string, Victim]>([
    ['with its process', 'writer'],
    ["with the server's process that works for it", 'backend'],
  ])('%s: leaves whole units, each row counted once, and can begin again', async (_, victim) => {
    const phase = draw(2) === 0 ? 'arrived' : 'answered';
    const of = draw(2) === 0 ? 'predictions' : 'labels';
    await place.expectWholeUnits({ number: 1 + draw(statements), phase }, victim, of);
  });
});
