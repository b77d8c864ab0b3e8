import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readPointer } from '../../services/model-store/index.ts';
import { silentLog } from '../../services/observability/log.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { openService, type Service } from '../../services/predict/service/open-service.ts';
import { sweep } from '../../services/predict/sweep.ts';
import { handler } from '../../services/train/lambda.ts';
import { type AwsPlace, openAwsPlace } from '../support/aws-place.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { asked, lastOf } from '../train/lambda/training-place.ts';

const CONTEXT = { awsRequestId: 'test', getRemainingTimeInMillis: () => 600_000 };

describeWhere(s3Server(), 'without a way from the database to Lambda', () => {
  let aws: AwsPlace;
  let service: Service;
  const before = { ...process.env };
  beforeAll(async () => {
    aws = await openAwsPlace({ onInvoke: ({ payload }) => handler(payload, CONTEXT) });
    const { place, models, spool } = aws;
    service = openService({ database: place, models, spool, log: silentLog, metrics: noMetrics });
  });
  afterAll(async () => {
    process.env = before;
    await service.close();
    await aws.close();
  });

  test('a function without its environment names all of it, at each call', async () => {
    for (const call of [() => handler({}, CONTEXT), () => sweep({}, CONTEXT)]) {
      await expect(call()).rejects.toMatchObject({
        code: 'environment_invalid',
        message: expect.stringMatching(
          /HUNDREDFOLD_DATABASE_URL.*HUNDREDFOLD_MODELS_BUCKET.*HUNDREDFOLD_SPOOL_BUCKET/s,
        ),
      });
    }
    await expect(sweep({}, CONTEXT)).rejects.toThrow('HUNDREDFOLD_TRAIN_FUNCTION is missing');
  });

  test('the hundredth row is trained by the next sweep, and the service answers with the new champion', async () => {
    Object.assign(process.env, aws.variables, {
      HUNDREDFOLD_LOG_LEVEL: 'error',
      POWERTOOLS_METRICS_DISABLED: 'true',
    });
    const id = await asked(aws.direct, 'services');
    await aws.marks.put();
    await sweep({}, CONTEXT);
    await aws.lambda.settled();
    expect(aws.lambda.failures).toEqual([]);
    expect(await readPointer(aws.models, 'services')).toMatchObject({ pointer: { champion: { model: 1 } } });
    await service.fetchModels();

    for (let n = 0; n < 100; n++) {
      const answer = await service.app.inject({
        method: 'POST',
        url: '/predictors/services/predictions',
        payload: { query: `my tooth ${n}` },
      });
      expect(answer.statusCode).toBe(201);
      const { id: prediction } = answer.json();
      await service.app.inject({
        method: 'PUT',
        url: `/predictions/${prediction}/label`,
        payload: { label: 'Dental care' },
      });
      if (n > 10) continue;
      // A label that asks for nothing leaves no marker, for which the next sweep would wake the database.
      await service.app.background.settled();
      expect(await aws.marks.look()).toBeNull();
    }
    await service.app.background.settled();
    expect(await lastOf(aws.direct, 'services')).toMatchObject({ trigger: 'count', status: 'requested' });
    expect(await aws.marks.look()).toMatchObject({ notBefore: null });

    await sweep({}, CONTEXT);
    await aws.lambda.settled();
    const { rows } = await aws.direct.retrainings.list(id, { limit: 5, cursor: null });
    expect(rows).toMatchObject([
      { trigger: 'count', status: 'finished', model: 2 },
      { trigger: 'request', status: 'finished', verdict: 'promoted' },
    ]);
    expect(aws.lambda.calls.filter(({ payload }) => !Object.hasOwn(payload as object, 'prune'))).toHaveLength(
      2,
    );
    expect(await aws.marks.look()).toBeNull();
    expect(await sweep({}, CONTEXT)).toMatchObject({ woke: false });
  });
});
