import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../database/index.ts';
import type { ObjectStore } from '../../../services/model-store/index.ts';
import { TOO_LONG } from '../../../services/train/lambda/time.ts';
import { type AwsPlace, openAwsPlace } from '../../support/aws-place.ts';
import { startDataApi } from '../../support/data-api/data-api.ts';
import { withMorePatience } from '../../support/patience.ts';
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
    // On a machine that is out of breath a connection may be closed in the moment in which it is used.
    await withMorePatience([400, 1_500], async (idleLimit) => {
      const name = `long-fit-${idleLimit}`;
      const predictor = await asked(aws.direct, name);
      await importRows(aws.direct, predictor, searches(900, 2));
      const hasty = await startDataApi({ connectionString: aws.connectionString, idleLimit });
      if (!('dataApi' in aws.place)) throw new Error('not over the Data API');
      const place = { dataApi: { ...aws.place.dataApi, endpoint: hasty.endpoint } };
      const database = openDatabase(place);
      try {
        const { training, lines } = trainingFunction(aws, { database, renewFrom: place });
        await training.handle({ predictor: name }, MINUTES);
        expect(lines.filter((line) => line.includes('ECONNRESET'))).toEqual([]);
        expect(await lastOf(aws.direct, name)).toMatchObject({ verdict: 'promoted' });
      } finally {
        await database.close();
        await hasty.close();
      }
    });
  }, 60_000);

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
    await withMorePatience([900, 4_000, 16_000], async (given) => {
      const name = `cut-off-${given}`;
      const predictor = await asked(aws.direct, name);
      // Seven answers of the database take all of its time.
      aws.api.delay(given / 7);
      const end = Date.now() + given;
      const { training, counted } = trainingFunction(aws);
      await training.handle({ predictor: name }, () => end - Date.now());
      expect(await lastOf(aws.direct, name)).toMatchObject({ verdict: 'failed', reason: TOO_LONG });
      expect(await attemptsOf(predictor)).toEqual([{ status: 'finished', attempts: 1, lease_until: null }]);
      expect(counted).toContain('hundredfold_retrainings_failed_total');
    });
  }, 60_000);

  test('a training that the thread of its lease had to end is counted as failed, and told apart from a lost one', async () => {
    await withMorePatience([1_500, 6_000, 18_000], async (given) => {
      const name = `ended-${given}`;
      const predictor = await asked(aws.direct, name);
      const end = Date.now() + given;
      const models = interrupted(async () => {
        // As the thread does at its last moment, a tenth of the time before the end.
        await aws.client.query(
          `update hundredfold.retrainings set status = 'finished', verdict = 'failed', token = null, lease_until = null
           where predictor_id = $1`,
          [predictor],
        );
        await sleep(end - given / 12 - Date.now());
      });
      const { training, lines, counted } = trainingFunction(aws, { models });
      await training.handle({ predictor: name }, () => end - Date.now());
      expect(lines.at(-1)).toMatch(/^the time was up in the middle of a step/);
      expect(counted).toEqual(['hundredfold_retrainings_failed_total']);
    });
  }, 60_000);

  test('the second event of an invocation that runs out of time keeps its training for a whole invocation', async () => {
    await withMorePatience([3_000, 12_000], async (given) => {
      const [ahead, behind] = [`ahead-${given}`, `behind-${given}`];
      await asked(aws.direct, ahead);
      const predictor = await asked(aws.direct, behind);
      const end = Date.now() + given;
      // A fifth of the time is kept for the end.
      const models = interrupted(() => sleep(end - 0.217 * given - Date.now()));
      const { training } = trainingFunction(aws, { models });
      aws.api.delay(given / 75);
      await training.handle([{ predictor: ahead }, { predictor: behind }], () => end - Date.now());
      expect(await lastOf(aws.direct, ahead)).toMatchObject({ verdict: 'promoted' });
      expect(await attemptsOf(predictor)).toEqual([
        { status: expect.stringMatching(/requested|dispatched/), attempts: 0, lease_until: null },
      ]);
    });
  }, 60_000);
});
