import { expect } from '@jest/globals';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import type { TrainingPlace } from './training-place.ts';

/** A trainer stands still at a step while another one trains the model `newer`; then it goes on, and is to leave nothing. */
export async function expectFenced(place: TrainingPlace, step: string, newer: number): Promise<void> {
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
}
