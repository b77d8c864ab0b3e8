import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importRows, newerRows, servedModel, trainedPredictor, verdicts } from './trained-predictor.ts';
import { openTrainingPlace, type TrainingPlace } from './training-place.ts';

let place: TrainingPlace;
beforeAll(async () => {
  place = await openTrainingPlace();
});
afterAll(() => place.close());

async function models(predictorId: number): Promise<number> {
  const { rows } = await place.database.models.list(predictorId, { limit: 100, cursor: null });
  return rows.length;
}

describe('one train event, delivered five times', () => {
  test('three of them at once: one model and one verdict', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'at-once');
    await database.retrainings.request(id);
    const startAt = Date.now() + 1_500;
    const trainers = Array.from({ length: 3 }, () => place.start('at-once', { startAt }));
    const said = await Promise.all(
      trainers.map(async (trainer) => {
        const [line] = await trainer.waitForLine(/^(done|threw) .*$/);
        await trainer.exited;
        return line;
      }),
    );
    for (let time = 1; time <= 2; time++) said.push(`done ${await place.train('at-once')}`);
    expect(said.filter((line) => line === 'done null')).toHaveLength(4);
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
    expect(await models(id)).toBe(2);
    expect(await servedModel(database, store, 'at-once')).toBe(2);
  });

  test('while an older request is under way: it begins nothing, and is carried out after that one', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'under-way');
    await database.retrainings.request(id);
    const older = place.start('under-way', { stopAt: 'fit 0' });
    await older.waitForLine(/^at fit 0$/);
    await database.retrainings.request(id);
    for (let time = 1; time <= 5; time++) expect(await place.train('under-way')).toBeNull();
    older.signal('SIGCONT');
    await older.waitForLine(/^done \{/);
    await older.exited;
    expect(await place.train('under-way')).toMatchObject({ verdict: 'unchanged' });
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted', 'unchanged']);
    expect(await models(id)).toBe(2);
  });

  test('and late: after the verdict it does nothing', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'late');
    await database.retrainings.request(id);
    const reports = [await place.train('late'), await place.train('late'), await place.train('late')];
    expect(reports.map((report) => report?.verdict ?? null)).toEqual(['promoted', null, null]);
    expect(await models(id)).toBe(2);
  });

  test('and so late that a newer request waits: it carries that one out, whose own event finds nothing', async () => {
    const { database, store } = place;
    const id = await trainedPredictor(database, store, 'newer');
    await database.retrainings.request(id);
    await place.train('newer');
    await importRows(database, id, newerRows(40, 100));
    await database.retrainings.request(id);
    await database.retrainings.request(id);
    const reports = [];
    for (let time = 1; time <= 5; time++) reports.push(await place.train('newer'));
    expect(reports.filter((report) => report !== null)).toHaveLength(1);
    const all = await verdicts(database, id);
    expect(all).toHaveLength(4);
    expect(all.slice(0, 3)).toEqual(['promoted', 'promoted', 'unchanged']);
    expect(all[3]).not.toBeNull();
    expect(await models(id)).toBe(3);
  });
});

describe('a train event that never arrives', () => {
  test('is sent again by the sweep a minute later, and carried out', async () => {
    const { client, database, store } = place;
    const id = await trainedPredictor(database, store, 'dropped');
    await database.retrainings.setTrainFunction('train');
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('listen aws_lambda');
    await database.retrainings.request(id);
    await database.retrainings.dispatch();
    await client.query('select 1');
    expect(heard).toHaveLength(1);

    // It is lost. Within a minute it might still come, so nobody sends it again.
    await database.retrainings.sweep();
    await client.query('select 1');
    expect(heard).toHaveLength(1);
    await client.query(`update hundredfold.retrainings set dispatched_at = dispatched_at - interval '61 s'`);
    await database.retrainings.sweep();
    await client.query('select 1');
    expect(heard.map((text) => JSON.parse(text).payload)).toEqual([
      { retraining: expect.any(Number), predictor: 'dropped' },
      { retraining: expect.any(Number), predictor: 'dropped' },
    ]);
    expect(await place.train('dropped')).toMatchObject({ verdict: 'promoted' });
    expect(await verdicts(database, id)).toEqual(['promoted', 'promoted']);
  });
});
