import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('of two trainers, the older finishing last', () => {
  // Before the number of its model is taken, and after its bytes are stored: both ends of publishing.
  test.each([
    ['fit 1', 2],
    ['put models', 3],
  ])('having stood still at "%s", it is refused and nothing of it is registered', async (step, newer) => {
    const { client, database, store } = place;
    const name = `stood-${newer}`;
    const id = await trainedPredictor(database, store, name);
    const { id: request } = await database.retrainings.request(id);
    const older = place.start(name, { stopAt: step });
    await older.waitForLine(new RegExp(`^at ${step}$`));
    await place.letLeasesLapse();
    expect(await place.train(name)).toMatchObject({ verdict: 'promoted', model: newer });

    older.signal('SIGCONT');
    await older.waitForLine(/^threw lease_lost$/);
    await older.exited;
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
    const { rows } = await client.query(
      'select version, status, retraining_id::integer as request from hundredfold.models where predictor_id = $1 order by version desc',
      [id],
    );
    expect(rows).toEqual([
      { version: newer, status: 'champion', request },
      { version: 1, status: 'retired', request: expect.any(Number) },
    ]);
    expect(await servedModel(database, store, name)).toBe(newer);
  });
});
