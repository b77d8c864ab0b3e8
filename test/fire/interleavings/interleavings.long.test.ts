import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { interleave } from './interleave.ts';
import { openPlace, type Place } from './place.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
}, 60_000);
afterAll(() => place.close());

describe('clients, trainers, drains, operators, crashes and broken wires, in any order and at once', () => {
  test.each([1, 2, 3, 4])(
    'leave every row stored once, counted once and learned from at most once; %d × 250 times',
    (part) => interleave(place, { runs: 250, parts: 8, limit: 570_000 }, part),
    600_000,
  );
});
