import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../database/index.ts';
import {
  DISPATCH_MARK,
  ModelStoreError,
  type ObjectStore,
  readPointer,
  SPOOL,
  Spool,
  SWEPT,
} from '../../services/model-store/index.ts';
import { type AwsPlace, openAwsPlace } from '../support/aws-place.ts';
import { describeWhere, s3Server } from '../support/requirement.ts';
import { asked, lastOf, MINUTES } from '../train/lambda/training-place.ts';
import { spooled, sweepOf, trainOf } from './sweep-place.ts';

const DAY = 86_400_000;

describeWhere(s3Server(), 'the sweep', () => {
  let aws: AwsPlace;
  const today = Date.now();
  const calls = () => Object.values(aws.api.calls).reduce((all, some) => all + some, 0);

  beforeAll(async () => {
    aws = await openAwsPlace({ onInvoke: ({ payload }) => trainOf(aws).handle(payload, MINUTES) });
  });
  afterEach(async () => {
    aws.api.accept();
    aws.api.resume();
    await aws.lambda.settled();
    await aws.client.query(
      "update hundredfold.retrainings set status = 'finished', verdict = 'failed' where status <> 'finished'",
    );
    await aws.client.query('delete from hundredfold.invocation_failures');
    await aws.direct.retrainings.setTrainFunction(null);
    await aws.spool.delete(DISPATCH_MARK);
    await sweepOf(aws, { now: () => today, invoke: async () => {} }).round.once();
  });
  afterAll(() => aws.close());

  test('asks the database in one of the 288 rounds of an idle day, and has old models pruned in it', async () => {
    const midnight = Math.ceil(today / DAY) * DAY;
    let now = midnight;
    const { round } = sweepOf(aws, { now: () => now });
    const invoked = aws.lambda.calls.length;
    const asked: number[] = [];
    for (; now < midnight + DAY; now += 300_000) {
      const before = calls();
      expect(await round.once()).toEqual({ woke: now === midnight, drained: 0, problems: [] });
      await aws.lambda.settled();
      asked.push(calls() - before);
    }
    expect(asked).toHaveLength(288);
    // Some twelve calls within a second or so, and those of the pruning: Aurora is awake for its five minutes, once.
    expect(asked[0]).toBeLessThanOrEqual(20);
    expect(asked.slice(1).every((some) => some === 0)).toBe(true);
    expect(aws.lambda.calls.slice(invoked)).toEqual([
      { functionName: 'train', invocationType: 'Event', payload: { prune: true } },
    ]);
    await aws.spool.delete(SWEPT);
  });

  test('records what was spooled, sends what that asks for, and leaves the spool empty', async () => {
    const id = await asked(aws.direct, 'spooled', { retraining: { every: 20, of: 'predictions' } });
    await trainOf(aws).handle({ predictor: 'spooled' }, MINUTES);
    await spooled(aws, { id, name: 'spooled' }, 20, today - 90_000);
    const { round, gauges, counted } = sweepOf(aws, { now: () => today });
    expect(await round.once()).toEqual({ woke: true, drained: 20, problems: [] });
    await aws.lambda.settled();
    expect(gauges.get('hundredfold_spool_objects')).toBe(0);
    expect(gauges.get('hundredfold_spool_oldest_seconds')).toBe(0);
    expect(counted.get('hundredfold_spool_drained_total')).toBe(20);
    expect(await lastOf(aws.direct, 'spooled')).toMatchObject({ status: 'finished', verdict: 'unchanged' });
    expect(await aws.marks.look()).toBeNull();
  });

  test('while the database is away says how deep the spool is and how old, and does nothing else', async () => {
    const id = await asked(aws.direct, 'away');
    await spooled(aws, { id, name: 'away' }, 3, today - 600_000);
    await aws.marks.put();
    const place = aws.place;
    if (!('dataApi' in place)) throw new Error('not over the Data API');
    const impatient: Database = openDatabase({ dataApi: { ...place.dataApi, resumeBudget: 0 } });
    aws.api.pause();
    const before = calls();
    const { round, gauges, counted, lines } = sweepOf(aws, { now: () => today, database: impatient });
    expect(await round.once()).toMatchObject({ drained: 0, problems: ['spool'] });
    expect(calls() - before).toBe(1);
    expect(gauges.get('hundredfold_spool_objects')).toBe(3);
    expect(gauges.get('hundredfold_spool_oldest_seconds')).toBe(600);
    expect(counted.get('hundredfold_sweep_problems_total')).toBe(1);
    expect(lines.join()).toMatch(/spool failed/);
    aws.api.resume();
    expect(await sweepOf(aws, { now: () => today }).round.once()).toMatchObject({ drained: 3, problems: [] });
    await impatient.close();
  });

  test('an object of the spool that nobody can read is counted, and does not wake the database', async () => {
    const id = await asked(aws.direct, 'unreadable');
    await spooled(aws, { id, name: 'unreadable' }, 1);
    const { spool } = aws;
    const denied: ObjectStore = {
      get: (key, condition) => {
        if (!key.startsWith(SPOOL)) return spool.get(key, condition);
        throw new ModelStoreError('store_denied', 'access is denied');
      },
      put: (key, body, condition) => spool.put(key, body, condition),
      delete: (key, condition) => spool.delete(key, condition),
      list: (prefix) => spool.list(prefix),
    };
    const before = calls();
    const { round, gauges } = sweepOf(aws, { now: () => today, spool: denied });
    expect(await round.once()).toEqual({ woke: false, drained: 0, problems: [] });
    expect(calls()).toBe(before);
    expect(gauges.get('hundredfold_spool_objects')).toBe(1);
    expect(await sweepOf(aws, { now: () => today }).round.once()).toMatchObject({ drained: 1 });
  });

  test('sends an event that was lost on its way, once it is a minute old', async () => {
    await asked(aws.direct, 'lost');
    await aws.marks.put();
    aws.lambda.lose(1);
    await sweepOf(aws, { now: () => today }).round.once();
    expect(await lastOf(aws.direct, 'lost')).toMatchObject({ status: 'dispatched' });
    // The marker stays, and the next sweep finds that nobody began.
    await sweepOf(aws, { now: () => today }).round.once();
    expect(await lastOf(aws.direct, 'lost')).toMatchObject({ status: 'dispatched' });
    await aws.client.query(
      "update hundredfold.retrainings set dispatched_at = dispatched_at - interval '61 s'",
    );
    await sweepOf(aws, { now: () => today }).round.once();
    await aws.lambda.settled();
    expect(await lastOf(aws.direct, 'lost')).toMatchObject({ status: 'finished', verdict: 'promoted' });
    expect(await aws.marks.look()).toBeNull();
    expect(await readPointer(aws.models, 'lost')).toMatchObject({ pointer: { champion: { model: 1 } } });
  });

  test('an event whose answer was lost is sent twice and trained once', async () => {
    const id = await asked(aws.direct, 'twice');
    await aws.marks.put();
    aws.lambda.dropAnswers(1);
    await sweepOf(aws, { now: () => today }).round.once();
    await aws.lambda.settled();
    const { rows } = await aws.direct.retrainings.list(id, { limit: 5, cursor: null });
    expect(rows).toMatchObject([{ status: 'finished', verdict: 'promoted' }]);
    expect(aws.lambda.failures).toEqual([]);
  });

  test('what Lambda refuses stays pending with the reason beside it, and is shown by its age', async () => {
    await asked(aws.direct, 'throttled');
    await aws.client.query(
      "update hundredfold.retrainings set requested_at = now() - interval '10 min' where status = 'requested'",
    );
    await aws.marks.put();
    aws.lambda.refuse(1, 'ResourceNotFoundException', 404);
    const { round, gauges, counted } = sweepOf(aws, { now: () => today });
    await round.once();
    expect(counted.get('hundredfold_dispatch_failures_total')).toBe(1);
    expect(gauges.get('hundredfold_pending_oldest_seconds')).toBeGreaterThan(599);
    expect(await lastOf(aws.direct, 'throttled')).toMatchObject({
      status: 'requested',
      lastError: expect.stringContaining('ResourceNotFoundException'),
    });
    expect(await aws.marks.look()).toMatchObject({ notBefore: null });
    await sweepOf(aws, { now: () => today }).round.once();
    await aws.lambda.settled();
    expect(await lastOf(aws.direct, 'throttled')).toMatchObject({ status: 'finished', verdict: 'promoted' });
  });

  test('sends through Lambda what the database can no longer send itself', async () => {
    await asked(aws.direct, 'fallback');
    await aws.direct.retrainings.setTrainFunction('train');
    await aws.marks.put();
    await aws.client.query('alter function aws_lambda.invoke rename to invoke_away');
    const { round, counted, lines } = sweepOf(aws, { now: () => today });
    await round.once();
    await aws.client.query('alter function aws_lambda.invoke_away rename to invoke');
    await aws.lambda.settled();
    expect(await lastOf(aws.direct, 'fallback')).toMatchObject({ status: 'finished', verdict: 'promoted' });
    // Somebody pays for a way that leads nowhere: it is said, with the reason.
    expect(counted.get('hundredfold_database_invocations_failed_total')).toBe(1);
    expect(counted.has('hundredfold_dispatch_failures_total')).toBe(false);
    expect(lines.join()).toMatch(
      /could not invoke the train function.*invokeFromDatabase.*aws_lambda\.invoke/s,
    );
  });

  test('what a pace holds back, also what is asked for after the verdict, wakes the database at its time and not before', async () => {
    await asked(aws.direct, 'held', { retraining: { every: 100, of: 'predictions', minInterval: 3600 } });
    await aws.marks.put();
    await trainOf(aws).handle({ predictor: 'held' }, MINUTES);
    const { notBefore } = (await aws.marks.look()) ?? { notBefore: null };
    if (notBefore === null) throw new Error('the marker says no time');
    await aws.client.query(
      "insert into hundredfold.retrainings (predictor_id, trigger) select id, 'import' from hundredfold.predictors where name = 'held'",
    );
    const before = calls();
    expect(await sweepOf(aws, { now: () => today + 300_000 }).round.once()).toMatchObject({ woke: false });
    expect(calls()).toBe(before);
    await aws.client.query("update hundredfold.retrainings set started_at = started_at - interval '2 h'");
    expect(await sweepOf(aws, { now: () => notBefore + 1 }).round.once()).toMatchObject({ woke: true });
    await aws.lambda.settled();
    expect(await lastOf(aws.direct, 'held')).toMatchObject({ trigger: 'import', verdict: 'unchanged' });
    await aws.client.query("update hundredfold.retrainings set started_at = started_at - interval '2 h'");
  });

  test('puts back a trainer that died, and has its training done by another', async () => {
    await asked(aws.direct, 'died');
    await aws.direct.training.claim('died', 60);
    await aws.client.query("update hundredfold.retrainings set lease_until = now() where status = 'running'");
    await aws.marks.put();
    await sweepOf(aws, { now: () => today }).round.once();
    await aws.lambda.settled();
    expect(await lastOf(aws.direct, 'died')).toMatchObject({ status: 'finished', verdict: 'promoted' });
  });

  test('writes a pointer that a crash left behind, and forgets old keys', async () => {
    await asked(aws.direct, 'behind');
    await trainOf(aws).handle({ predictor: 'behind' }, MINUTES);
    await aws.models.delete('pointers/behind.json');
    await aws.marks.put();
    await sweepOf(aws, { now: () => today }).round.once();
    expect(await readPointer(aws.models, 'behind')).toMatchObject({ pointer: { champion: { model: 1 } } });
  });

  test('two at a time do everything once', async () => {
    const id = await asked(aws.direct, 'doubled', { retraining: { every: 20, of: 'predictions' } });
    await trainOf(aws).handle({ predictor: 'doubled' }, MINUTES);
    await spooled(aws, { id, name: 'doubled' }, 20);
    await aws.marks.put();
    const rounds = [sweepOf(aws, { now: () => today }), sweepOf(aws, { now: () => today })];
    const reports = await Promise.all(rounds.map(({ round }) => round.once()));
    expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
    await aws.lambda.settled();
    const { rows } = await aws.client.query(
      'select count(*)::integer as rows from hundredfold.predictions where predictor_id = $1',
      [id],
    );
    expect(rows).toEqual([{ rows: 20 }]);
    const retrainings = await aws.direct.retrainings.list(id, { limit: 9, cursor: null });
    expect(retrainings.rows.filter((row) => row.trigger === 'count')).toHaveLength(1);
    expect(await new Spool(aws.spool).names().next()).toMatchObject({ done: true });
  });
});
