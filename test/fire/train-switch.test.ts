import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { expectStopped, openSwitchPlace, type SwitchPlace } from './switch-place.ts';
import { trainedPredictor } from './trained-predictor.ts';

let opened: SwitchPlace;
beforeAll(async () => {
  opened = await openSwitchPlace();
});
afterAll(() => opened.close());

/** At other steps: train-switch.long.test.ts. */
test('switched off in mid-training it stops, nothing is published, rows are answered; on again, it is trained', () =>
  expectStopped(opened, 'fit 1'));

test('an event that came while training was off is sent again as soon as it is on', async () => {
  const { place, call } = opened;
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
  await until('it is sent', async () => {
    await client.query('select 1');
    return heard.length > 0;
  });
  expect(heard).toEqual(['event']);
});

test.each([[{}], [{ enabled: 'no' }], [{ enabled: true, why: 'x' }], [[true]]])(
  'the switch does not take %j',
  async (body) => {
    expect(await opened.call('PUT', '/training', body)).toMatchObject({
      status: 422,
      body: { code: 'training_invalid' },
    });
  },
);
