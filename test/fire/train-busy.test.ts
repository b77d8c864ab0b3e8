import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withMorePatience } from '../support/patience.ts';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

describe('a training that is busy for longer than its lease, without a pause', () => {
  test('keeps its lease and publishes', async () => {
    // In seconds: its thread has to come to its turn, which takes longer on a machine with other work.
    await withMorePatience([1, 4, 12], async (leaseSeconds) => {
      const { database, store } = place;
      const name = `busy-${leaseSeconds}`;
      const id = await trainedPredictor(database, store, name);
      await database.retrainings.request(id);
      const over = path.join(place.folder, name);
      const trainer = place.start(name, { leaseSeconds, busyAt: 'fit 0', busyUntil: over });
      try {
        await trainer.waitForLine(/^at fit 0$/);
        for (
          const end = Date.now() + leaseSeconds * 1_250;
          Date.now() < end;
          await sleep(leaseSeconds * 100)
        ) {
          expect(await place.train(name)).toBeNull();
        }
        await writeFile(over, '');
        await trainer.waitForLine(/^done \{.*"verdict":"promoted"/);
      } finally {
        await writeFile(over, '');
        await trainer.exited;
      }
      expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
      expect(await servedModel(database, store, name)).toBe(2);
    });
  });
});
