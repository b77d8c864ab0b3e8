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
});
