import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { buildApp } from '../../services/predict/app.ts';
import { Champions } from '../../services/predict/champions/champions.ts';
import { servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
let app: FastifyInstance;
beforeAll(async () => {
  place = await openTrainingPlace();
  const { database, store } = place;
  await database.retrainings.setTrainFunction('train');
  const champions = new Champions({ store });
  app = buildApp({ database, store, champions });
});
afterAll(async () => {
  await app.close();
  await place.close();
});

const call = async (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => {
  const response = await app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: response.statusCode, body: response.json() };
};

test.each(['settings 1', 'fit 1', 'put models'])(
  'switched off in mid-training at "%s": it stops, nothing is published, rows are answered; on again, it is trained',
  async (step) => {
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
  },
);

test('an event that came while training was off is sent again as soon as it is on', async () => {
  const { client, database, store } = place;
  const heard: unknown[] = [];
  const id = await trainedPredictor(database, store, 'event');
  await database.retrainings.request(id);
  await database.retrainings.dispatch();
  await call('PUT', '/training', { enabled: false });
  expect(await place.train('event')).toBeNull();
  client.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '').payload.predictor));
  await client.query('listen aws_lambda');
  await call('PUT', '/training', { enabled: true });
  for (let tries = 0; heard.length === 0 && tries < 100; tries++) await client.query('select pg_sleep(0.02)');
  expect(heard).toEqual(['event']);
});

test.each([[{}], [{ enabled: 'no' }], [{ enabled: true, why: 'x' }], [[true]]])(
  'the switch does not take %j',
  async (body) => {
    expect(await call('PUT', '/training', body)).toMatchObject({
      status: 422,
      body: { code: 'training_invalid' },
    });
  },
);
