import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('a training that is busy for longer than its lease', () => {
  test('and shows no sign of life for too long, is another trainer’s', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'hangs');
    await database.retrainings.request(id);
    const task = { leaseSeconds: 2, stallSeconds: 1, busyAt: 'fit 0', busySeconds: 60 };
    const trainer = place.start('hangs', task);
    try {
      await trainer.waitForLine(/^at fit 0$/);
      let report = await place.train('hangs');
      for (const until = Date.now() + 15_000; report === null && Date.now() < until; await sleep(200)) {
        report = await place.train('hangs');
      }
      expect(report).toMatchObject({ verdict: 'promoted' });
    } finally {
      await trainer.kill();
    }
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
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
