import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { openServingPlace } from './serving-place.ts';
import { trainedPredictor } from './trained-predictor.ts';

/**
 * Two processes answer 32 clients while their predictor is deleted by one of the two and made again. Whatever was answered
 * before is gone with it, nothing is recorded for it after, and what the next one of its name counts is its own.
 */
test('a predictor is deleted while 32 clients predict, over two processes', async () => {
  const place = await openServingPlace('a directory');
  const id = await trainedPredictor(place.database, place.store, 'searches');
  const [one, other] = await Promise.all([place.serve(), place.serve()]);
  const definition = (await place.database.predictors.state('searches'))?.definition;
  let isOver = false;
  const statuses: number[] = [];
  const client = async (n: number) => {
    const { http } = n % 2 ? one : other;
    for (let row = 0; !isOver; row++) {
      const { status } = await http.post('/predictors/searches/predictions', { query: `q ${n} ${row}` });
      statuses.push(status);
    }
  };
  const clients = Promise.all(Array.from({ length: 32 }, (_, n) => client(n)));
  await until('500 answers', () => statuses.length >= 500);
  const deleted = await one.http.delete('/predictors/searches?confirm=searches');
  expect(deleted.status).toBe(200);
  const before = statuses.length;
  // The other process hears of it within a look, or as it records.
  const ask = () => other.http.post('/predictors/searches/predictions', { query: 'gone?' });
  await until('the other process knows', async () => (await ask()).status === 404);
  const late = statuses.length;
  await until('200 more answers', () => statuses.length >= late + 200);
  isOver = true;
  await clients;
  expect(new Set(statuses)).toEqual(new Set([201, 404]));
  expect(new Set(statuses.slice(late + 64))).toEqual(new Set([404]));
  const answered = statuses.slice(0, before).filter((status) => status === 201).length;
  expect(answered).toBeGreaterThan(400);
  const left = await place.database.predictions.record([
    {
      id: '00000000-0000-4000-8000-000000000001',
      predictorId: id,
      revision: 1,
      model: 1,
      inputs: {},
      answer: {},
    },
  ]);
  expect(left.fates[0]?.outcome).toBe('predictor_deleted');
  const again = await one.http.put('/predictors/searches', definition);
  expect([again.status, again.json.revision, again.json.predictions]).toEqual([201, 2, 0]);
  await place.close();
});
