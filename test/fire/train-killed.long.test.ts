import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectRecovery, killAt } from './train-killed.ts';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('a trainer killed with -9', () => {
  test.each([
    'claim',
    'reading examples 0',
    'reading examples 80',
    'settings 1',
    'settings 60',
    'fit 0',
    'cross-fit 1',
    'cross-fit 5',
    'fit 1',
    'reserveVersion',
  ])('at step "%s" leaves the old model whole; the next trainer ends the request with one verdict', (step) =>
    expectRecovery(place, step),
  );

  test('after the pointer leaves nothing to be done', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'killed-pointer');
    await database.retrainings.request(id);
    await killAt(place, 'killed-pointer', 'put pointers');
    expect(await servedModel(database, store, 'killed-pointer')).toBe(2);
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
  });
});
