import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { watchForLeaks } from '../../support/leaks.ts';
import { describeWhere, s3Server } from '../../support/requirement.ts';
import { type S3Server, startS3Server } from '../../support/s3-server.ts';
import { startService } from '../../support/served.ts';
import { importRows, type LearningPlace, openLearningPlace, searches } from '../learning-place.ts';

describeWhere(s3Server(), 'the training service as a server', () => {
  let leaks: Awaited<ReturnType<typeof watchForLeaks>>;
  let place: LearningPlace;
  let s3: S3Server;

  beforeAll(async () => {
    leaks = await watchForLeaks();
    [place, s3] = await Promise.all([openLearningPlace(), startS3Server()]);
  });
  afterAll(async () => {
    await place.close();
    await s3.stop();
    await leaks.assertNone();
  });

  const start = () =>
    startService('train', {
      HUNDREDFOLD_DATABASE_URL: place.connectionString,
      HUNDREDFOLD_S3_ENDPOINT: s3.endpoint,
      HUNDREDFOLD_MODELS_BUCKET: 'models',
      HUNDREDFOLD_SPOOL_BUCKET: 'spool',
      HUNDREDFOLD_HOST: '127.0.0.1',
      HUNDREDFOLD_PORT: '0',
    });
  const listening = /"listening for trainings".*"port":(\d+)/;

  async function statusWhen(predictorId: number, status: string): Promise<Record<string, unknown>> {
    for (const until = Date.now() + 20_000; ; await sleep(20)) {
      const { rows } = await place.database.retrainings.list(predictorId, { limit: 1, cursor: null });
      const [latest = {}] = rows;
      if (latest.status === status) return latest;
      if (Date.now() > until) throw new Error(`still ${JSON.stringify(latest)}`);
    }
  }

  test('makes its buckets, carries out what the database tells of, and says how it is', async () => {
    const predictor = await place.apply('told');
    await importRows(place.database, predictor, searches(30, 1));
    const service = start();
    try {
      const [, port] = await service.waitForLine(listening);
      const health = await fetch(`http://127.0.0.1:${port}/health`);
      expect([health.status, await health.json()]).toEqual([200, { status: 'ok', training: null }]);
      await place.database.retrainings.request(predictor);
      await place.database.retrainings.dispatch();
      expect(await statusWhen(predictor, 'finished')).toMatchObject({ verdict: 'promoted', model: 1 });
      await service.waitForLine(/"message":"retraining of told: promoted"/);
      const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(metrics).toContain('hundredfold_retrainings_finished_total{verdict="promoted"} 1');
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
      service.signal('SIGTERM');
      expect(await service.closed).toEqual({ code: 0, signal: null });
    } finally {
      await service.kill();
    }
  }, 60_000);

  test('told to end in the middle of a training, gives it back; the next server takes it', async () => {
    const predictor = await place.apply('large');
    await importRows(place.database, predictor, searches(6_000, 2));
    const first = start();
    const others: ReturnType<typeof start>[] = [];
    try {
      await first.waitForLine(listening);
      await place.database.retrainings.request(predictor);
      await place.database.retrainings.dispatch();
      await first.waitForLine(/training large: settings/);
      first.signal('SIGTERM');
      expect(await first.closed).toEqual({ code: 0, signal: null });
      expect(await statusWhen(predictor, 'requested')).toMatchObject({ verdict: null });
      const second = start();
      others.push(second);
      await second.waitForLine(/training large: reading/);
    } finally {
      await first.kill();
      for (const other of others) await other.kill();
    }
  }, 60_000);

  test('without the Data API’s connection says what it needs instead', async () => {
    const service = startService('train', {
      HUNDREDFOLD_DATABASE_ARN: 'arn:aws:rds:eu-west-1:1:cluster:c',
      HUNDREDFOLD_DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:1:secret:s',
      HUNDREDFOLD_DATABASE_NAME: 'hundredfold',
      HUNDREDFOLD_PORT: 'many',
    });
    expect((await service.closed).code).toBe(1);
    expect(service.output).toContain(
      'HUNDREDFOLD_DATABASE_URL is missing: a server is told of trainings over a connection',
    );
    expect(service.output).toContain('HUNDREDFOLD_MODELS_BUCKET is missing');
    expect(service.output).toContain('HUNDREDFOLD_PORT is a whole number from 0 to 65535, not "many".');
  });
});
