import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('a training that is busy for longer than its lease, without a pause', () => {
  test('keeps its lease and publishes', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'busy');
    await database.retrainings.request(id);
    const trainer = place.start('busy', { leaseSeconds: 4, busyAt: 'fit 0', busySeconds: 5.5 });
    await trainer.waitForLine(/^at fit 0$/);
    for (const until = Date.now() + 5_000; Date.now() < until; await sleep(500)) {
      expect(await place.train('busy')).toBeNull();
    }
    await trainer.waitForLine(/^done \{.*"verdict":"promoted"/);
    await trainer.exited;
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
    expect(await servedModel(database, store, 'busy')).toBe(2);
  });

  test('stops at once when it looks up and the training is another one’s', async () => {
    const { client, database, store } = place;
    const id = await trainedPredictor(database, store, 'taken');
    await database.retrainings.request(id);
    const trainer = place.start('taken', { leaseSeconds: 2, busyAt: 'settings 1', busySeconds: 3 });
    await trainer.waitForLine(/^at settings 1$/);
    await client.query(
      `update hundredfold.retrainings set lease_until = clock_timestamp() where status = 'running'`,
    );
    expect(await place.train('taken')).toMatchObject({ verdict: 'promoted', model: 2 });
    await trainer.waitForLine(/^threw lease_lost$/);
    await trainer.exited;
    // It did not even get to the number of a model.
    expect(await database.models.find(id, 3)).toBeNull();
    expect(await servedModel(database, store, 'taken')).toBe(2);
  });
});
