import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
const heard: string[] = [];
beforeAll(async () => {
  place = await openTrainingPlace();
  await place.database.retrainings.setTrainFunction('train');
  place.client.on('notification', ({ payload }) => heard.push(payload ?? ''));
  await place.client.query('listen aws_lambda');
});
afterAll(() => place.close());

/** As the service does it: answers rows, records them in one statement, and dispatches where something waits. */
async function predict(predictor: string, predictorId: number, rows: number): Promise<void> {
  const { waiting } = await place.database.predictions.record(
    Array.from({ length: rows }, (_, n) => ({
      id: randomUUID(),
      predictorId,
      predictor,
      revision: 1,
      model: 1,
      inputs: { query: `x-ray of the arm ${n}` },
      answer: { suggestions: [{ label: 'Eye care', probability: 1 }] },
      answeredAt: Date.now(),
    })),
  );
  if (waiting) await place.database.retrainings.dispatch();
}

/** Trains whatever was invoked since. Returns how often that was. */
async function answerInvocations(): Promise<number> {
  await place.client.query('select 1');
  const payloads = heard.splice(0).map((text) => JSON.parse(text).payload);
  for (const { predictor } of payloads) await place.train(predictor);
  return payloads.length;
}

/** As if that much time had passed. */
async function letPass(predictorId: number, interval: string): Promise<void> {
  await place.client.query(
    'update hundredfold.retrainings set started_at = started_at - $2::interval where predictor_id = $1',
    [predictorId, interval],
  );
}

async function lastRetraining(name: string): Promise<unknown> {
  return (await place.database.predictors.describe(name))?.lastRetraining;
}

describe('a predictor that may be trained once a day', () => {
  test('is trained once for 300 rows; the next day one training settles all that waits', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'daily', { maxPerDay: 1 });
    // The first training was yesterday's.
    await letPass(id, '25 hours');

    for (let n = 0; n < 3; n++) {
      await predict('daily', id, 100);
      expect(await answerInvocations()).toBe(n === 0 ? 1 : 0);
    }
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted', null, null]);
    const started = (await place.client.query('select max(started_at) as at from hundredfold.retrainings'))
      .rows[0].at;
    expect(await lastRetraining('daily')).toMatchObject({
      trigger: 'count',
      status: 'requested',
      heldUntil: expect.any(String),
    });
    const { heldUntil } = (await lastRetraining('daily')) as { heldUntil: string };
    expect(Date.parse(heldUntil) - started.getTime()).toBe(24 * 3_600_000);

    // Neither an event out of the blue nor the sweep begins one before its time.
    expect(await place.train('daily')).toBeNull();
    await database.retrainings.sweep();
    expect(await answerInvocations()).toBe(0);

    await letPass(id, '24 hours');
    await database.retrainings.sweep();
    expect(await answerInvocations()).toBe(1);
    const { rows } = await database.retrainings.list(id, { limit: 10, cursor: null });
    expect(rows.map(({ verdict }) => verdict)).not.toContain(null);
    expect(rows[1]).toMatchObject({ verdict: 'unchanged', reason: `merged into ${rows[0]?.id}` });
    expect(rows[0]?.heldUntil).toBeNull();
  });

  test('is trained at once when a person asks, and what was held is settled with it', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'asked', { maxPerDay: 1 });
    await predict('asked', id, 100);
    expect(await answerInvocations()).toBe(0);
    await database.retrainings.request(id);
    await database.retrainings.dispatch();
    expect(await answerInvocations()).toBe(1);
    expect(await verdicts(database, id)).toEqual(['promoted', 'unchanged', 'promoted']);
  });
});

describe('a training that died for the third time', () => {
  test('counts as one of the day; what a person asks for does not wait for the next', async () => {
    const { client, database, store } = place;
    const id = await trainedPredictor(database, store, 'thrice', { maxPerDay: 1 });
    await letPass(id, '25 hours');
    await predict('thrice', id, 100);
    for (let deaths = 0; deaths < 3; deaths++) {
      expect(await database.training.claim('thrice', 60)).not.toBeNull();
      await client.query(
        `update hundredfold.retrainings set lease_until = clock_timestamp() where status = 'running'`,
      );
      await database.retrainings.sweep();
    }
    await client.query('select 1');
    heard.splice(0);
    expect(await verdicts(database, id)).toEqual(['promoted', 'failed']);

    await predict('thrice', id, 100);
    expect([await answerInvocations(), await place.train('thrice')]).toEqual([0, null]);
    await database.retrainings.request(id);
    await database.retrainings.dispatch();
    expect(await answerInvocations()).toBe(1);
    expect(await verdicts(database, id)).toEqual(['promoted', 'failed', 'unchanged', 'promoted']);
  });
});

describe('a predictor with ten minutes from one training to the next', () => {
  test('waits for them, and then is trained', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'interval', { minInterval: 600 });
    await letPass(id, '540 seconds');
    await predict('interval', id, 100);
    expect(await answerInvocations()).toBe(0);
    await letPass(id, '60 seconds');
    await database.retrainings.sweep();
    expect(await answerInvocations()).toBe(1);
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
  });

  test('does not wait for them again after a training that died or was given back', async () => {
    const { client, database, store } = place;
    const id = await trainedPredictor(database, store, 'died', { minInterval: 600 });
    await letPass(id, '601 seconds');
    await predict('died', id, 100);
    // This invocation is answered by the trainer that dies.
    await client.query('select 1');
    expect(heard.splice(0)).toHaveLength(1);
    expect(await database.training.claim('died', 60)).not.toBeNull();
    await client.query(
      `update hundredfold.retrainings set lease_until = clock_timestamp() where status = 'running'`,
    );
    await database.retrainings.sweep();
    expect(await answerInvocations()).toBe(1);
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
  });
});
