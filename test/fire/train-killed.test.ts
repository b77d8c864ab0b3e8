import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectLatePointer, expectRecovery, killAt } from './train-killed.ts';
import { servedModel, trainedPredictor } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('a trainer killed with -9', () => {
  /** At the other steps: train-killed.long.test.ts. */
  test('once a model is stored leaves the old one whole; the next trainer ends the request with one verdict', () =>
    expectRecovery(place, 'put models'));

  test('between the commit and the pointer leaves the old pointer, and the next round writes the new one', () =>
    expectLatePointer(place));

  test('three times fails for good, says where to look, and is counted', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'killed-thrice');
    await database.retrainings.request(id);
    const failed: number[] = [];
    for (let death = 1; death <= 3; death++) {
      await killAt(place, 'killed-thrice', 'claim');
      await place.letLeasesLapse();
      failed.push((await database.retrainings.sweep()).failed);
    }
    expect(failed).toEqual([0, 0, 1]);
    expect(await database.predictors.describe('killed-thrice')).toMatchObject({
      lastRetraining: {
        verdict: 'failed',
        reason: "The training died 3 times without saying why; the trainer's log may know.",
      },
    });
    expect(await place.train('killed-thrice')).toBeNull();
    expect(await servedModel(database, store, 'killed-thrice')).toBe(1);
  });
});
