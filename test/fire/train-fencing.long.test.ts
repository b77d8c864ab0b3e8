import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { expectFenced } from './train-fencing.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('of two trainers, the older finishing last', () => {
  test('having fitted its model, it is refused and nothing of it is registered', () =>
    expectFenced(place, 'fit 1', 2));
});
