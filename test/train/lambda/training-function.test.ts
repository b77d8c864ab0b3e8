import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { listenForInvocations } from '../../../database/index.ts';
import { DISPATCH_MARK, readPointer } from '../../../services/model-store/index.ts';
import { type AwsPlace, openAwsPlace } from '../../support/aws-place.ts';
import { describeWhere, s3Server } from '../../support/requirement.ts';
import { until } from '../../support/until.ts';
import { asked, lastOf, MINUTES, trainingFunction } from './training-place.ts';

describeWhere(s3Server(), 'the train function', () => {
  let aws: AwsPlace;
  beforeAll(async () => {
    aws = await openAwsPlace();
    await aws.direct.retrainings.setTrainFunction('train');
  });
  afterEach(async () => {
    aws.api.accept();
    aws.api.resume();
    aws.api.delay(0);
    await aws.spool.delete(DISPATCH_MARK);
  });
  afterAll(() => aws.close());

  test('carries out what the event asks for, has the champion in the bucket, and takes the marker away', async () => {
    await asked(aws.direct, 'plain');
    const { id } = await lastOf(aws.direct, 'plain');
    await aws.marks.put();
    const { training, lines, counted } = trainingFunction(aws);
    await training.handle({ retraining: id, predictor: 'plain' }, MINUTES);
    expect(await lastOf(aws.direct, 'plain')).toMatchObject({ status: 'finished', verdict: 'promoted' });
    expect(await readPointer(aws.models, 'plain')).toMatchObject({ pointer: { champion: { model: 1 } } });
    expect(await aws.marks.look()).toBeNull();
    expect(lines.some((line) => line.includes(`retraining ${id} of plain: promoted, model 1`))).toBe(true);
    expect(lines.some((line) => line.startsWith('training plain: reading examples'))).toBe(true);
    expect(counted).toEqual([
      'hundredfold_retraining_seconds',
      'hundredfold_retrainings_finished_total promoted',
    ]);
  });

  test('an event that comes late or twice, also out of a dead-letter queue, changes nothing', async () => {
    await asked(aws.direct, 'again');
    const { id } = await lastOf(aws.direct, 'again');
    const event = { retraining: id, predictor: 'again' };
    const { training, lines } = trainingFunction(aws);
    await training.handle(event, MINUTES);
    const before = await lastOf(aws.direct, 'again');
    const failed = { version: '1.0', requestPayload: event, responsePayload: null };
    const record = { messageId: 'dead', body: JSON.stringify(failed) };
    for (const given of [event, [event, event], failed, { Records: [record, record] }]) {
      lines.length = 0;
      expect(await training.handle(given, MINUTES)).toEqual({ batchItemFailures: [] });
      expect(new Set(lines)).toEqual(
        new Set(['nothing to do for again: it is done, held back, given back, or another trainer is at it']),
      );
    }
    expect(await lastOf(aws.direct, 'again')).toEqual(before);
  });

  test('an event that comes again after a death between the verdict and the pointer writes the pointer', async () => {
    await asked(aws.direct, 'no-pointer');
    const { training } = trainingFunction(aws);
    await training.handle({ predictor: 'no-pointer' }, MINUTES);
    await aws.models.delete('pointers/no-pointer.json');
    await training.handle({ predictor: 'no-pointer' }, MINUTES);
    expect(await readPointer(aws.models, 'no-pointer')).toMatchObject({
      pointer: { champion: { model: 1 } },
    });
  });

  test('a replayed event of a request that ended trains what is pending by now, once', async () => {
    const predictor = await asked(aws.direct, 'late');
    const { id } = await lastOf(aws.direct, 'late');
    const { training } = trainingFunction(aws);
    await training.handle({ retraining: id, predictor: 'late' }, MINUTES);
    await aws.direct.retrainings.request(predictor);
    const event = { retraining: id, predictor: 'late' };
    await Promise.all([training.handle(event, MINUTES), training.handle(event, MINUTES)]);
    const { rows } = await aws.direct.retrainings.list(predictor, { limit: 10, cursor: null });
    expect(rows).toMatchObject([
      { status: 'finished', verdict: 'unchanged' },
      { status: 'finished', verdict: 'promoted' },
    ]);
    const claims = await aws.client.query(
      'select attempts from hundredfold.retrainings where predictor_id = $1 order by id',
      [predictor],
    );
    expect(claims.rows).toEqual([{ attempts: 1 }, { attempts: 1 }]);
  });

  test('of ten copies of one event at a time one trains', async () => {
    await asked(aws.direct, 'tenfold');
    const functions = Array.from({ length: 10 }, () => trainingFunction(aws));
    await Promise.all(
      functions.map(({ training }) => training.handle({ retraining: 1, predictor: 'tenfold' }, MINUTES)),
    );
    const counted = functions.flatMap((one) => one.counted);
    expect(counted.filter((name) => name.startsWith('hundredfold_retrainings_finished'))).toHaveLength(1);
    expect(await lastOf(aws.direct, 'tenfold')).toMatchObject({ verdict: 'promoted' });
  });

  test('what it cannot read or does not know is a line, and stops none of its neighbours', async () => {
    await asked(aws.direct, 'neighbour');
    const { training, lines, counted } = trainingFunction(aws);
    await training.handle(
      [{ nonsense: 1 }, { predictor: 'nobody' }, null, { predictor: 'neighbour' }],
      MINUTES,
    );
    expect(lines[0]).toMatch(/an event cannot be read and is dropped; it is neither .*"nonsense"/);
    expect(lines[1]).toBe('nothing to do for nobody: there is no predictor nobody');
    expect(lines[2]).toMatch(/cannot be read .*: null/);
    expect(await lastOf(aws.direct, 'neighbour')).toMatchObject({ verdict: 'promoted' });
    expect(counted.filter((name) => name === 'hundredfold_train_events_refused_total')).toHaveLength(2);
  });

  test('while training is switched off nothing is claimed', async () => {
    await asked(aws.direct, 'off');
    await aws.direct.retrainings.switchTraining(false);
    const { training, lines } = trainingFunction(aws);
    await training.handle({ predictor: 'off' }, MINUTES);
    await aws.direct.retrainings.switchTraining(true);
    expect(lines).toEqual(['nothing to do for off: training is switched off']);
    expect(await lastOf(aws.direct, 'off')).toMatchObject({ status: 'requested', verdict: null });
  });

  test('after a verdict the next predictor is sent, its marker first; after the last one the marker is gone', async () => {
    await aws.client.query(
      "update hundredfold.retrainings set status = 'finished', verdict = 'failed' where status <> 'finished'",
    );
    await asked(aws.direct, 'one');
    await asked(aws.direct, 'two');
    const heard: string[] = [];
    const close = await listenForInvocations(
      aws.connectionString,
      ({ predictor }) => heard.push(predictor),
      () => {},
    );
    const { training } = trainingFunction(aws);
    await training.handle({ predictor: 'one' }, MINUTES);
    await until('the next is sent', () => heard.length > 0);
    expect(heard).toEqual(['two']);
    expect(await aws.marks.look()).toMatchObject({ notBefore: null });
    await training.handle({ predictor: 'two' }, MINUTES);
    expect(await aws.marks.look()).toBeNull();
    await close();
  });

  test('a request that its predictor holds back leaves a marker that says until when', async () => {
    await aws.client.query(
      "update hundredfold.retrainings set status = 'finished', verdict = 'failed' where status <> 'finished'",
    );
    const predictor = await asked(aws.direct, 'paced', {
      retraining: { every: 100, of: 'predictions', minInterval: 3600 },
    });
    const { training } = trainingFunction(aws);
    const began = Date.now();
    const waiting = training.handle({ predictor: 'paced' }, MINUTES);
    await until('it runs', async () => (await lastOf(aws.direct, 'paced')).status === 'running');
    await aws.client.query(
      "insert into hundredfold.retrainings (predictor_id, trigger) values ($1, 'import')",
      [predictor],
    );
    await waiting;
    const mark = await aws.marks.look();
    expect(mark?.notBefore).toBeGreaterThan(began + 3_500_000);
    expect(mark?.notBefore).toBeLessThan(Date.now() + 3_600_001);
  });
});
