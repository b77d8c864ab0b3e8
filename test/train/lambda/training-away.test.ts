import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../database/index.ts';
import type { ObjectStore } from '../../../services/model-store/index.ts';
import { TOO_LONG } from '../../../services/train/lambda/time.ts';
import { type AwsPlace, openAwsPlace } from '../../support/aws-place.ts';
import { startDataApi } from '../../support/data-api/data-api.ts';
import { describeWhere, s3Server } from '../../support/requirement.ts';
import { importRows, searches } from '../learning-place.ts';
import { asked, lastOf, MINUTES, trainingFunction } from './training-place.ts';

describeWhere(s3Server(), 'the train function, when the database or the time is away', () => {
  let aws: AwsPlace;
  /** One that waits for a paused cluster only briefly within a call, so that the function's own patience is seen. */
  let impatient: Database;
  beforeAll(async () => {
    aws = await openAwsPlace();
    await aws.direct.retrainings.setTrainFunction('train');
    if (!('dataApi' in aws.place)) throw new Error('not over the Data API');
    impatient = openDatabase({ dataApi: { ...aws.place.dataApi, resumeBudget: 50 } });
  });
  afterEach(() => {
    aws.api.accept();
    aws.api.resume();
    aws.api.delay(0);
  });
  afterAll(async () => {
    await impatient.close();
    await aws.close();
  });

  async function attemptsOf(predictor: number): Promise<unknown> {
    const { rows } = await aws.client.query(
      'select status, attempts, lease_until from hundredfold.retrainings where predictor_id = $1',
      [predictor],
    );
    return rows;
  }

  /** A store that does something once, when the artifact is about to be stored. */
  function interrupted(work: () => Promise<void>): ObjectStore {
    const { models } = aws;
    let isFirst = true;
    return {
      get: (key, condition) => models.get(key, condition),
      delete: (key, condition) => models.delete(key, condition),
      list: (prefix) => models.list(prefix),
      async put(key, body, precondition) {
        if (isFirst && key.startsWith('models/')) {
          isFirst = false;
          await work();
        }
        return models.put(key, body, precondition);
      },
    };
  }

  test('a paused database is waited for', async () => {
    await asked(aws.direct, 'paused');
    aws.api.pause(700);
    const { training } = trainingFunction(aws, { database: impatient });
    await training.handle({ predictor: 'paused' }, MINUTES);
    expect(await lastOf(aws.direct, 'paused')).toMatchObject({ verdict: 'promoted' });
  });

  test('connections that the database closes during a long fit end no training', async () => {
    const predictor = await asked(aws.direct, 'long-fit');
    await importRows(aws.direct, predictor, searches(900, 2));
    const hasty = await startDataApi({ connectionString: aws.connectionString, idleLimit: 400 });
    if (!('dataApi' in aws.place)) throw new Error('not over the Data API');
    const place = { dataApi: { ...aws.place.dataApi, endpoint: hasty.endpoint } };
    const database = openDatabase(place);
    const { training, lines } = trainingFunction(aws, { database, renewFrom: place });
    await training.handle({ predictor: 'long-fit' }, MINUTES);
    expect(lines.filter((line) => line.includes('ECONNRESET'))).toEqual([]);
    expect(await lastOf(aws.direct, 'long-fit')).toMatchObject({ verdict: 'promoted' });
    await database.close();
    await hasty.close();
  });

  test.each([
    ['goes away', 'gone', 'DatabaseUnavailableException', 504],
    ['keeps us out', 'shut', 'SecretsErrorException', 400],
  ])(
    'one that %s in the middle is waited for, and the training is begun anew without its old lease',
    async (...how) => {
      const [, name, exception, status] = how;
      const predictor = await asked(aws.direct, name);
      const models = interrupted(async () => aws.api.refuse(exception, 'for a while', 3, status));
      const { training, lines } = trainingFunction(aws, { models });
      await training.handle({ predictor: name }, MINUTES);
      expect(await lastOf(aws.direct, name)).toMatchObject({ verdict: 'promoted' });
      expect(await attemptsOf(predictor)).toEqual([{ status: 'finished', attempts: 2, lease_until: null }]);
      expect(lines.some((line) => line.startsWith('the database went away'))).toBe(true);
    },
  );

  test('one that stays away is thrown, for Lambda to try again; of a queue its record is named', async () => {
    await asked(aws.direct, 'stays-away');
    aws.api.pause();
    const { training } = trainingFunction(aws, { database: impatient, patience: 300 });
    const event = { predictor: 'stays-away' };
    await expect(training.handle(event, MINUTES)).rejects.toMatchObject({ code: 'data_api_resuming' });
    const records = [
      { messageId: 'unreadable', body: '{' },
      { messageId: 'undone', body: JSON.stringify(event) },
    ];
    expect(await training.handle({ Records: records }, MINUTES)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'undone' }],
    });
    aws.api.resume();
    await training.handle(event, MINUTES);
    expect(await lastOf(aws.direct, 'stays-away')).toMatchObject({ verdict: 'promoted' });
  });

  test('a lost lease is no failure: the other trainer has it', async () => {
    const predictor = await asked(aws.direct, 'overtaken');
    const models = interrupted(async () => {
      await aws.client.query(
        "update hundredfold.retrainings set lease_until = now() - interval '1 s' where predictor_id = $1",
        [predictor],
      );
      await trainingFunction(aws).training.handle({ predictor: 'overtaken' }, MINUTES);
    });
    const { training, lines, counted } = trainingFunction(aws, { models });
    await training.handle({ predictor: 'overtaken' }, MINUTES);
    expect(lines.at(-1)).toBe('another trainer has taken over: {"predictor":"overtaken","retraining":null}');
    expect(counted).toEqual([]);
    expect(await lastOf(aws.direct, 'overtaken')).toMatchObject({ verdict: 'promoted' });
  });

  test('a training that would be cut off ends before, as failed, with what to do, and leaves no lease', async () => {
    const predictor = await asked(aws.direct, 'cut-off');
    aws.api.delay(120);
    const began = Date.now();
    const end = began + 900;
    const { training, counted } = trainingFunction(aws);
    await training.handle({ predictor: 'cut-off' }, () => end - Date.now());
    expect(await lastOf(aws.direct, 'cut-off')).toMatchObject({ verdict: 'failed', reason: TOO_LONG });
    expect(await attemptsOf(predictor)).toEqual([{ status: 'finished', attempts: 1, lease_until: null }]);
    expect(counted).toContain('hundredfold_retrainings_failed_total');
  });

  test('a training that the thread of its lease had to end is counted as failed, and told apart from a lost one', async () => {
    const predictor = await asked(aws.direct, 'ended');
    const end = Date.now() + 3_000;
    const models = interrupted(async () => {
      // As the thread does at its last moment, a tenth of the time before the end.
      await aws.client.query(
        `update hundredfold.retrainings set status = 'finished', verdict = 'failed', token = null, lease_until = null
         where predictor_id = $1`,
        [predictor],
      );
      await sleep(end - 250 - Date.now());
    });
    const { training, lines, counted } = trainingFunction(aws, { models });
    await training.handle({ predictor: 'ended' }, () => end - Date.now());
    expect(lines.at(-1)).toMatch(/^the time was up in the middle of a step/);
    expect(counted).toEqual(['hundredfold_retrainings_failed_total']);
  });

  test('the second event of an invocation that runs out of time keeps its training for a whole invocation', async () => {
    await asked(aws.direct, 'ahead');
    const predictor = await asked(aws.direct, 'behind');
    const began = Date.now();
    // A fifth of the three seconds is kept for the end.
    const models = interrupted(() => sleep(began + 2_350 - Date.now()));
    const { training } = trainingFunction(aws, { models });
    aws.api.delay(40);
    const both = [{ predictor: 'ahead' }, { predictor: 'behind' }];
    await training.handle(both, () => began + 3_000 - Date.now());
    expect(await lastOf(aws.direct, 'ahead')).toMatchObject({ verdict: 'promoted' });
    expect(await attemptsOf(predictor)).toEqual([
      { status: expect.stringMatching(/requested|dispatched/), attempts: 0, lease_until: null },
    ]);
  });
});
