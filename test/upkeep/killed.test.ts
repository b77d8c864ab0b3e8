import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readPointer } from '../../services/model-store/index.ts';
import { type AwsPlace, openAwsPlace } from '../support/aws-place.ts';
import { startProcess } from '../support/process.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { asked, lastOf, MINUTES } from '../train/lambda/training-place.ts';
import { sweepOf, trainOf } from './sweep-place.ts';

const DAY = 86_400_000;

describeWhere(s3Server(), 'after a kill -9, sweeps finish the work:', () => {
  let aws: AwsPlace;
  const today = Date.now();
  beforeAll(async () => {
    aws = await openAwsPlace({ onInvoke: ({ payload }) => trainOf(aws).handle(payload, MINUTES) });
    await sweepOf(aws, { now: () => today, invoke: async () => {} }).round.once();
  });
  afterAll(() => aws.close());

  /** Runs the function until it has died there. */
  async function kill(point: string, predictor: string, which: 'predict' | 'train'): Promise<void> {
    const child = startProcess({
      command: process.execPath,
      args: ['test/upkeep/dying.ts', point, predictor, which],
      env: { ...aws.variables, JEST_WORKER_ID: undefined },
    });
    const { signal } = await child.closed;
    if (signal !== 'SIGKILL') throw new Error(child.output);
  }

  /** Sweeps, minutes apart by the clocks of all, until there is nothing to be done; how often the database was asked. */
  async function sweepAway(from: number, rounds: number): Promise<number> {
    let woke = 0;
    for (let n = 0; n < rounds; n++) {
      const { round } = sweepOf(aws, { now: () => from + n * 300_000 });
      if ((await round.once()).woke) woke++;
      await aws.lambda.settled();
      await aws.client.query(
        "update hundredfold.retrainings set dispatched_at = dispatched_at - interval '5 min' where status = 'dispatched'",
      );
    }
    return woke;
  }

  async function finished(predictor: number, name: string, day = today): Promise<void> {
    expect(await lastOf(aws.direct, name)).toMatchObject({ status: 'finished' });
    const { rows } = await aws.client.query(
      "select count(*)::integer as left from hundredfold.retrainings where predictor_id = $1 and status <> 'finished'",
      [predictor],
    );
    expect(rows).toEqual([{ left: 0 }]);
    expect(await aws.marks.look()).toBeNull();
    const { round } = sweepOf(aws, { now: () => day + 900_000 });
    expect(await round.once()).toMatchObject({ woke: false });
  }

  test('a predict function, after the marker', async () => {
    const id = await asked(aws.direct, 'marked', { retraining: { every: 20, of: 'predictions' } });
    await trainOf(aws).handle({ predictor: 'marked' }, MINUTES);
    await kill('after the marker', 'marked', 'predict');
    expect(await lastOf(aws.direct, 'marked')).toMatchObject({ trigger: 'count', status: 'requested' });
    expect(await aws.marks.look()).toMatchObject({ notBefore: null });
    await sweepAway(today, 2);
    await finished(id, 'marked');
  });

  test('a predict function, between its commit and the marker: once a day, without anybody’s help', async () => {
    const id = await asked(aws.direct, 'unmarked', { retraining: { every: 20, of: 'predictions' } });
    await trainOf(aws).handle({ predictor: 'unmarked' }, MINUTES);
    await kill('before the marker', 'unmarked', 'predict');
    expect(await aws.marks.look()).toBeNull();
    expect(await sweepAway(today, 2)).toBe(0);
    expect(await sweepAway(today + DAY, 2)).toBeGreaterThan(0);
    await finished(id, 'unmarked', today + DAY);
    await sweepAway(today, 1);
  });

  test.each(['after the artifact', 'before the pointer', 'before the removal'])(
    'a train function, %s',
    async (point) => {
      const name = `train-${point.replaceAll(' ', '-')}`;
      const id = await asked(aws.direct, name);
      await aws.marks.put();
      await kill(point, name, 'train');
      expect(await aws.marks.look()).not.toBeNull();
      // Its lease is over.
      await aws.client.query(
        "update hundredfold.retrainings set lease_until = clock_timestamp() where status = 'running'",
      );
      await sweepAway(today, 2);
      await finished(id, name);
      expect(await readPointer(aws.models, name)).toMatchObject({
        pointer: { champion: { model: expect.any(Number) } },
      });
    },
  );
});
