import { expect } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../services/predict/service/app.ts';
import { Champions } from '../../services/serving/champions.ts';
import { PATIENT } from '../support/patience.ts';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

/** Trainers, and a service whose calls switch training off and on. */
export interface SwitchPlace {
  readonly place: TrainingPlace;
  call(
    method: 'GET' | 'POST' | 'PUT',
    url: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

export async function openSwitchPlace(): Promise<SwitchPlace> {
  const place = await openTrainingPlace();
  const { database, store } = place;
  await database.retrainings.setTrainFunction('train');
  const app: FastifyInstance = buildApp({
    database,
    store,
    champions: new Champions({ store }),
    settings: PATIENT,
  });
  return {
    place,
    async call(method, url, body) {
      const response = await app.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
      return { status: response.statusCode, body: response.json() };
    },
    async close() {
      await app.close();
      await place.close();
    },
  };
}

/**
 * Training is switched off while a trainer is at a step: it stops, nothing is published, rows are answered. On again, the
 * training is carried out.
 */
export async function expectStopped({ place, call }: SwitchPlace, step: string): Promise<void> {
  const { client, database, store } = place;
  const name = `switched-${step.replace(' ', '-')}`;
  const id = await trainedPredictor(database, store, name);
  await database.retrainings.request(id);
  const trainer = place.start(name, { stopAt: step });
  await trainer.waitForLine(new RegExp(`^at ${step}$`));

  expect(await call('PUT', '/training', { enabled: false })).toEqual({
    status: 200,
    body: { enabled: false },
  });
  expect((await call('GET', '/training')).body).toEqual({ enabled: false });
  trainer.signal('SIGCONT');
  await trainer.waitForLine(/^done null$/);
  await trainer.exited;
  expect(await verdicts(database, id)).toEqual(['promoted', null]);
  expect((await database.models.list(id, { limit: 10, cursor: null })).rows).toHaveLength(1);
  expect((await call('POST', `/predictors/${name}/predictions`, { query: 'gum' })).status).toBe(201);
  expect(await servedModel(database, store, name)).toBe(1);
  // It stays off for whoever is asked.
  await database.retrainings.sweep();
  expect(await database.training.claim(name, 60)).toBeNull();
  const { rows } = await client.query(
    'select status, attempts from hundredfold.retrainings where predictor_id = $1 and verdict is null',
    [id],
  );
  expect(rows).toEqual([{ status: 'requested', attempts: 0 }]);

  await call('PUT', '/training', { enabled: true });
  expect(await place.train(name)).toMatchObject({ verdict: 'promoted' });
  expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
}
