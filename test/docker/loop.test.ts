import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testImages } from '../support/docker.ts';
import { containerEngine, describeWhere } from '../support/requirement.ts';
import { until } from '../support/until.ts';
import { searches } from '../train/learning-place.ts';
import { administer, call } from './support/api-call.ts';
import { type AwsInContainers, openAwsInContainers } from './support/aws-in-containers.ts';
import { FunctionContainer } from './support/function-container.ts';
import { carryEvents, type EventPath } from './support/invocations.ts';

const PREDICTOR = {
  name: 'services',
  inputs: { query: { type: 'text' } },
  target: { name: 'service', type: 'label' },
};
const HELD = { query: 'my sore tooth' };
const rows = searches(100, 2);

/**
 * The whole product in containers, as on AWS: both images as functions under AWS's runtime interface, the sweep beside
 * them, PostgreSQL behind the Data API, an S3 server. Its parts meet nowhere but there.
 */
describeWhere(containerEngine(), 'the loop across the images:', () => {
  let aws: AwsInContainers;
  let predict: FunctionContainer;
  let train: FunctionContainer;
  let sweep: FunctionContainer;
  let events: EventPath;
  let key: string;
  /** The id of every row that was answered, by the row's place. */
  const answered = new Map<number, string>();

  beforeAll(async () => {
    const images = await testImages();
    aws = await openAwsInContainers({ onInvoke: ({ payload }) => succeed(train, payload) });
    const environment = aws.variables;
    [predict, train, sweep] = await Promise.all([
      FunctionContainer.start(images.predict, { environment, timeout: 28 }),
      FunctionContainer.start(images.train, { environment, timeout: 300 }),
      FunctionContainer.start(images.predict, { environment, timeout: 290, handler: 'index.sweep' }),
    ]);
    events = await carryEvents(aws.connectionString, (payload) => succeed(train, payload));
    await aws.direct.retrainings.setTrainFunction('train');
  }, 300_000);
  afterAll(async () => {
    await Promise.all([predict, train, sweep].map((container) => container?.stop()));
    await events?.close();
    await aws?.close();
  });

  const path = `/predictors/${PREDICTOR.name}`;
  const withKey = () => ({ headers: [['x-api-key', key] as const] });

  /** Posts a row with a key of its own, as a client does that tries again. */
  async function post(n: number) {
    const more = { headers: [...withKey().headers, ['idempotency-key', `row-${n}`] as const] };
    const answer = await call(predict, 'POST', `${path}/predictions`, { query: rows[n]?.query }, more);
    expect(answer.status).toBe(201);
    answered.set(n, answer.json.id);
    return answer.json;
  }

  /** Says what the row was, as a person does afterwards. */
  async function label(n: number): Promise<void> {
    const url = `/predictions/${answered.get(n)}/label`;
    const answer = await call(predict, 'PUT', url, { label: rows[n]?.label }, withKey());
    expect([answer.status, answer.json.label ?? answer.json]).toEqual([200, rows[n]?.label]);
  }

  async function postAndLabel(from: number, to: number): Promise<void> {
    for (let n = from; n < to; n++) {
      expect(await post(n)).toMatchObject({ model: 1, recorded: true });
      await label(n);
    }
  }

  const suggest = async () => (await call(predict, 'POST', `${path}/suggestions`, HELD, withKey())).json;
  const counter = async () => (await administer(predict, 'GET', path)).json.counter;
  const count = async (from: string) =>
    Number((await aws.client.query(`select count(*) from hundredfold.${from}`)).rows[0].count);

  /** The names of what waits for the database. */
  async function spooled(): Promise<string[]> {
    const names: string[] = [];
    for await (const name of aws.spool.names()) names.push(name);
    return names;
  }

  test('an administrator makes a key, a predictor and its first examples; the database has the first model trained', async () => {
    key = (await administer(predict, 'POST', '/keys', { role: 'predict' })).json.key;
    await administer(predict, 'PUT', path, PREDICTOR);
    const none = await call(predict, 'POST', `${path}/suggestions`, HELD, withKey());
    expect([none.status, none.json.code]).toEqual([409, 'predictor_not_trained']);
    // Of Dental care, the first examples know nothing.
    const known = searches(45, 1).filter((row) => row.label !== 'Dental care');
    const csv = ['query,service', ...known.map((row) => `${row.query},${row.label}`)].join('\n');
    const { json } = await administer(predict, 'POST', `${path}/examples`, csv, {
      headers: [['content-type', 'text/csv']],
    });
    expect(json).toMatchObject({ imported: 30, rejectedTotal: 0 });
    await events.settled();
    expect(events.sent).toMatchObject([{ function: 'train', payload: { predictor: 'services' } }]);
    await until('the first model answers', async () => (await suggest()).model === 1, 30_000);
    expect((await suggest()).suggestions[0].label).not.toBe('Dental care');
  }, 60_000);

  test('rows are answered, recorded and labelled', async () => {
    await postAndLabel(0, 40);
    expect(await counter()).toMatchObject({ newRows: 40, counted: 40, every: 100 });
  }, 60_000);

  test('while the database is paused rows are answered, and recorded when it is back, each once', async () => {
    aws.api.pause();
    for (let n = 40; n < 55; n++) {
      const first = await post(n);
      expect(first).toMatchObject({ model: 1, recorded: 'deferred' });
      if (n % 5 === 0) expect((await post(n)).id).toBe(first.id);
    }
    const refused = await call(
      predict,
      'PUT',
      `/predictions/${answered.get(0)}/label`,
      { label: 'x' },
      withKey(),
    );
    expect([refused.status, refused.json.code]).toEqual([503, 'database_unavailable']);
    expect(await count('predictions')).toBe(40);
    aws.api.resume();
    const isDrained = async () => {
      await suggest();
      return (await spooled()).length === 0;
    };
    await until('nothing waits for the database', isDrained, 40_000);
    expect((await post(50)).id).toBe(answered.get(50));
    for (let n = 40; n < 55; n++) await label(n);
    expect(await count('predictions')).toBe(55);
    expect(await counter()).toMatchObject({ newRows: 55, counted: 55 });
  }, 60_000);

  test('the hundredth row asks for a retraining, whose event is lost: the sweep finds the marker and sends it again', async () => {
    await postAndLabel(55, 99);
    expect(events.sent).toHaveLength(1);
    // Labels leave none: the next sweep would wake the database for nothing.
    expect(await aws.marks.look()).toBeNull();
    events.loseNext();
    expect(await post(99)).toMatchObject({ model: 1, recorded: true });
    await events.settled();
    expect(events.sent).toHaveLength(2);
    expect(await aws.marks.look()).not.toBeNull();
    expect(await counter()).toMatchObject({ newRows: 0, counted: 100 });
    expect(await succeed(sweep, {})).toMatchObject({ problems: [] });
    await events.settled();
    // It may still be on its way: nothing is sent again before its minute is over.
    expect(events.sent).toHaveLength(2);
    await aws.client.query(
      "update hundredfold.retrainings set dispatched_at = dispatched_at - interval '1 min' where status = 'dispatched'",
    );
    await aws.marks.put();
    expect(await succeed(sweep, {})).toMatchObject({ woke: true, problems: [] });
    await events.settled();
    await aws.lambda.settled();
    expect(aws.lambda.failures).toEqual([]);
    expect(events.sent).toHaveLength(3);
    expect(events.sent[2]).toEqual(events.sent[1]);
  }, 60_000);

  test('the new champion answers, and knows what it was told', async () => {
    const { json } = await administer(predict, 'GET', `${path}/retrainings`);
    expect(json.retrainings).toMatchObject([
      { trigger: 'count', status: 'finished', verdict: 'promoted', model: 2 },
      { trigger: 'first', status: 'finished', verdict: 'promoted', model: 1 },
    ]);
    await until('the second model answers', async () => (await suggest()).model === 2, 30_000);
    expect((await suggest()).suggestions[0].label).toBe('Dental care');
  }, 60_000);

  test('at the end every row is stored once and counted once, and nothing is left over', async () => {
    const { rows: stored } = await aws.client.query('select id from hundredfold.predictions');
    expect(stored.map(({ id }) => id).sort()).toEqual([...answered.values()].sort());
    expect(new Set(answered.values()).size).toBe(100);
    const { rows: books } = await aws.client.query(
      `select counted::integer, new_rows::integer as "newRows",
         (select coalesce(sum(every), 0)::integer from hundredfold.retrainings where trigger = 'count') as asked
       from hundredfold.counters`,
    );
    expect(books).toEqual([{ counted: 100, newRows: 0, asked: 100 }]);
    expect(await count("examples where source = 'imported'")).toBe(30);
    expect(await count("retrainings where status <> 'finished'")).toBe(0);
    expect(await aws.marks.look()).toBeNull();
    expect(await spooled()).toEqual([]);
    expect(aws.api.openTransactions).toBe(0);
    expect(await succeed(sweep, {})).toMatchObject({ woke: false, drained: 0, problems: [] });
  }, 30_000);
});

/** Calls a function. @throws Error with what Lambda shows where it failed */
async function succeed(container: FunctionContainer, event: unknown): Promise<unknown> {
  const { status, text, json } = await container.invoke(event);
  if (status !== 200 || json === undefined || json?.errorType !== undefined) throw new Error(text);
  return json;
}
