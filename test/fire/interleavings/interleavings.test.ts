import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { interleave } from './interleave.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
}, 60_000);
afterAll(() => place.close());

/** A thousand times, and longer ones, in interleavings.long.test.ts. */
describe('clients, trainers, drains, operators, crashes and broken wires, in any order and at once', () => {
  test(
    'leave every row stored once, counted once and learned from at most once; fifty times',
    () => interleave(place, { runs: 50, parts: 3, limit: 100_000 }),
    120_000,
  );
});
