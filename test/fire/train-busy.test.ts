import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

/** Seconds: long enough for its thread to come to its turn on a machine with other work. */
const LEASE = 4;
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
    const over = path.join(place.folder, 'over');
    const trainer = place.start('busy', { leaseSeconds: LEASE, busyAt: 'fit 0', busyUntil: over });
    await trainer.waitForLine(/^at fit 0$/);
    for (const until = Date.now() + LEASE * 1_250; Date.now() < until; await sleep(400)) {
      expect(await place.train('busy')).toBeNull();
    }
    await writeFile(over, '');
    await trainer.waitForLine(/^done \{.*"verdict":"promoted"/);
    await trainer.exited;
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
    expect(await servedModel(database, store, 'busy')).toBe(2);
  });
});
