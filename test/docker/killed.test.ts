import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { testImages } from '../support/docker.ts';
import { containerEngine, describeWhere } from '../support/requirement.ts';
import { until } from '../support/until.ts';
import { searches } from '../train/learning-place.ts';
import { administer, call, OPERATOR } from './support/api-call.ts';
import { type AwsInContainers, openAwsInContainers } from './support/aws-in-containers.ts';
import { FunctionContainer } from './support/function-container.ts';

const PATH = '/predictors/services';

describeWhere(containerEngine(), 'a predict container that is killed while it records a row:', () => {
  let images: Awaited<ReturnType<typeof testImages>>;
  let aws: AwsInContainers;
  const started: FunctionContainer[] = [];

  async function start(): Promise<FunctionContainer> {
    const container = await FunctionContainer.start(images.predict, {
      environment: aws.variables,
      timeout: 28,
    });
    started.push(container);
    return container;
  }

  beforeAll(async () => {
    images = await testImages();
    aws = await openAwsInContainers();
    const predict = await start();
    const train = await FunctionContainer.start(images.train, { environment: aws.variables });
    started.push(train);
    await administer(predict, 'PUT', PATH, {
      name: 'services',
      inputs: { query: { type: 'text' } },
      target: { name: 'service', type: 'label' },
    });
    const csv = ['query,service', ...searches(30, 1).map(({ query, label }) => `${query},${label}`)].join(
      '\n',
    );
    await administer(predict, 'POST', `${PATH}/examples`, csv, { headers: [['content-type', 'text/csv']] });
    await train.invoke({ predictor: 'services' });
  }, 300_000);
  afterAll(async () => {
    await Promise.all(started.map((container) => container.stop().catch(() => {})));
    await aws?.close();
  });

  const post = (predict: FunctionContainer, key: string) =>
    call(
      predict,
      'POST',
      `${PATH}/predictions`,
      { query: `my tooth ${key}` },
      {
        userArn: OPERATOR,
        headers: [['idempotency-key', key]],
      },
    );
  const stored = async (key: string) =>
    (
      await aws.client.query("select id from hundredfold.predictions where inputs ->> 'query' = $1", [
        `my tooth ${key}`,
      ])
    ).rows.map(({ id }) => id);
  const counter = async () =>
    (await aws.client.query('select counted::integer, predictions::integer from hundredfold.counters'))
      .rows[0];

  /** Retries as the client does, and sees that it is one row, counted once. */
  async function retried(key: string, before: number): Promise<void> {
    const predict = await start();
    const [first, second] = [await post(predict, key), await post(predict, key)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.json.id).toBe(first.json.id);
    expect(await stored(key)).toEqual([first.json.id]);
    expect(await counter()).toEqual({ counted: before + 1, predictions: before + 1 });
  }

  /** Answers once it has been called, and is dead then. */
  async function killed(predict: FunctionContainer, key: string, isUnderWay: () => Promise<boolean>) {
    const cut = post(predict, key);
    cut.catch(() => {});
    await until('the call is under way', isUnderWay);
    await predict.kill();
    await expect(cut).rejects.toThrow();
  }

  async function warm(): Promise<FunctionContainer> {
    const predict = await start();
    await administer(predict, 'GET', PATH);
    return predict;
  }

  test('before its statement arrives: the row is stored once, by the retry at the latest', async () => {
    const { counted } = await counter();
    const predict = await warm();
    const { Execute: before = 0 } = aws.api.calls;
    // The stand-in has heard of it, and runs it only when the caller is dead.
    aws.api.delay(4_000);
    await killed(predict, 'early', async () => (aws.api.calls.Execute ?? 0) > before);
    aws.api.delay(0);
    expect(await stored('early')).toHaveLength(0);
    await sleep(4_500);
    expect((await stored('early')).length).toBeLessThanOrEqual(1);
    await retried('early', counted);
  }, 60_000);

  test('while PostgreSQL carries the statement out: it is stored once, and the retry gets that row', async () => {
    const { counted } = await counter();
    const predict = await warm();
    const holder = new pg.Client({ connectionString: aws.connectionString });
    await holder.connect();
    await holder.query('begin; lock table hundredfold.predictions in exclusive mode');
    const isWaiting = async () => {
      const waits = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return (await holder.query(waits)).rowCount !== 0;
    };
    await killed(predict, 'middle', isWaiting);
    expect(await stored('middle')).toHaveLength(0);
    await holder.query('commit');
    await holder.end();
    await until('the row is stored', async () => (await stored('middle')).length > 0);
    await retried('middle', counted);
  }, 60_000);

  test('after the commit, before its answer: the retry gets the row that is there', async () => {
    const { counted } = await counter();
    const predict = await warm();
    // The row is there, and nobody knows.
    aws.api.delayAnswers(4_000);
    await killed(predict, 'late', async () => (await stored('late')).length === 1);
    aws.api.delayAnswers(0);
    await retried('late', counted);
  }, 60_000);
});
