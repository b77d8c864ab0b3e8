import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RetrainOptions, reproduce, retrain, type TimeLimit } from '../../services/train/index.ts';
import { withMorePatience } from '../support/patience.ts';
import { until } from '../support/until.ts';
import {
  CODE_VERSION,
  importRows,
  type LearningPlace,
  openLearningPlace,
  searches,
} from './learning-place.ts';

let place: LearningPlace;
beforeAll(async () => {
  place = await openLearningPlace();
});
afterAll(() => place.close());

const REASON = 'Needs longer than it has.';

/** A training that has so many milliseconds, and its thread so many more to end it. */
function options(left: number, more = 60_000, began: 'late' | null = null): RetrainOptions {
  const { database, store, connectionString } = place;
  const until = Date.now() + left;
  const timeLimit: TimeLimit = {
    until,
    atLast: until + more,
    reason: REASON,
    ...(began === null ? {} : { began }),
  };
  return { database, store, codeVersion: CODE_VERSION, renewFrom: { connectionString }, timeLimit };
}

async function asked(name: string): Promise<number> {
  const id = await place.apply(name);
  await importRows(place.database, id, searches(30, 1));
  await place.database.retrainings.request(id);
  return id;
}

async function rowOf(predictorId: number) {
  const { rows } = await place.client.query(
    `select status, verdict, reason, attempts, lease_until, token from hundredfold.retrainings
     where predictor_id = $1 order by id desc limit 1`,
    [predictorId],
  );
  return rows[0];
}

describe('a training with a time limit', () => {
  test('that has the time for it is like any other', async () => {
    await asked('in-time');
    expect(await retrain('in-time', options(60_000))).toMatchObject({ verdict: 'promoted' });
  });

  test('ends at its next step when the time is up: failed, with the reason, and without a lease', async () => {
    const id = await asked('too-long');
    expect(await retrain('too-long', options(0))).toMatchObject({ verdict: 'failed', reason: REASON });
    expect(await rowOf(id)).toMatchObject({
      status: 'finished',
      verdict: 'failed',
      reason: REASON,
      lease_until: null,
    });
  });

  test('that began late is given back instead, and no attempt is counted', async () => {
    const id = await asked('begun-late');
    expect(await retrain('begun-late', options(0, 60_000, 'late'))).toBeNull();
    expect(await rowOf(id)).toMatchObject({
      status: 'requested',
      verdict: null,
      attempts: 0,
      lease_until: null,
    });
    expect(await retrain('begun-late', options(60_000))).toMatchObject({ verdict: 'promoted' });
  });

  test('is ended by the thread of its lease while a step takes longer still, and publishes nothing', async () => {
    await withMorePatience([1_500, 6_000, 18_000], async (left) => {
      const name = `stuck-${left}`;
      const id = await asked(name);
      const training = retrain(name, {
        ...options(left, 50),
        // A step that takes for ever: only the thread can end the training meanwhile.
        pause: () => until('it is ended', async () => (await rowOf(id)).status !== 'running'),
      });
      await expect(training).rejects.toMatchObject({ code: 'lease_lost' });
      expect(await rowOf(id)).toMatchObject({
        status: 'finished',
        verdict: 'failed',
        reason: REASON,
        lease_until: null,
      });
      expect(await place.database.predictors.state(name)).toMatchObject({ champion: null });
    });
  }, 60_000);

  test('a reproduction ends untried, and says why', async () => {
    const id = await asked('made-again');
    await retrain('made-again', options(60_000));
    const request = await place.database.reproductions.request(id, 1);
    expect(await reproduce(String(request?.id), options(0))).toMatchObject({ equal: null, reason: REASON });
    const again = await place.database.reproductions.request(id, 1);
    expect(await reproduce(String(again?.id), options(0, 60_000, 'late'))).toBeNull();
    expect(await reproduce(String(again?.id), options(60_000))).toMatchObject({ equal: true });
  });
});
