import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testImages } from '../support/docker.ts';
import { httpEvent, restEvent } from '../support/gateway-events.ts';
import { containerEngine, describeWhere } from '../support/requirement.ts';
import { searches } from '../train/learning-place.ts';
import { administer, call, OPERATOR } from './support/api-call.ts';
import { type AwsInContainers, openAwsInContainers } from './support/aws-in-containers.ts';
import { FunctionContainer } from './support/function-container.ts';

const PLACES = ['HUNDREDFOLD_DATABASE_URL', 'HUNDREDFOLD_MODELS_BUCKET', 'HUNDREDFOLD_SPOOL_BUCKET'];
const PATH = '/predictors/services';

describeWhere(containerEngine(), 'under the runtime interface:', () => {
  let images: Awaited<ReturnType<typeof testImages>>;
  let aws: AwsInContainers;
  let predict: FunctionContainer;
  let train: FunctionContainer;
  const started: FunctionContainer[] = [];

  async function start(...given: Parameters<typeof FunctionContainer.start>): Promise<FunctionContainer> {
    const container = await FunctionContainer.start(...given);
    started.push(container);
    return container;
  }

  beforeAll(async () => {
    images = await testImages();
    aws = await openAwsInContainers();
    const environment = aws.variables;
    predict = await start(images.predict, { environment, timeout: 28 });
    train = await start(images.train, { environment });
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
    await Promise.all(started.map((container) => container.stop()));
    await aws?.close();
  });

  const request = {
    method: 'POST',
    path: `${PATH}/predictions`,
    headers: [['content-type', 'application/json']] as const,
    body: JSON.stringify({ query: 'my tooth' }),
    userArn: OPERATOR,
  };

  test.each([
    ['a REST API (1.0)', restEvent(request)],
    ['an HTTP API (2.0)', httpEvent(request)],
    ['a REST API, its body in base64', restEvent({ ...request, body: Buffer.from(request.body) })],
  ])('an event of %s is answered with the top three', async (_what, event) => {
    const { json } = await predict.invoke(event);
    expect(json).toMatchObject({ statusCode: 201, isBase64Encoded: false });
    expect(json.headers['content-type']).toMatch(/^application\/json/);
    const { suggestions, ...answer } = JSON.parse(json.body);
    expect(answer).toMatchObject({ predictor: 'services', model: 1, recorded: true });
    expect(suggestions.map(({ label }: { label: string }) => label)).toEqual([
      'Dental care',
      expect.any(String),
      expect.any(String),
    ]);
  });

  test.each([
    ['a row that does not fit', { body: '{"query":5}' }, 422, 'row_invalid'],
    ['a body that is no JSON', { body: '{"query"' }, 400, 'body_not_json'],
    ['an unknown predictor', { path: '/predictors/none/predictions' }, 404, 'predictor_unknown'],
    ['a route that there is not', { path: '/nowhere' }, 404, 'route_unknown'],
    [
      'a row that is too large',
      { body: JSON.stringify({ query: 'x'.repeat(300_000) }) },
      413,
      'body_too_large',
    ],
  ])('%s is answered with its problem', async (_what, changes, status, code) => {
    const { json } = await predict.invoke(restEvent({ ...request, ...changes }));
    expect(json.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect([json.statusCode, JSON.parse(json.body).code]).toEqual([status, code]);
  });

  test('a request without a key, or with one that nobody made, is refused', async () => {
    const { userArn: _, ...unsigned } = request;
    const stranger = `hf_${'a'.repeat(12)}_${'b'.repeat(43)}`;
    for (const headers of [[], [['x-api-key', stranger] as const]]) {
      const answer = await call(predict, 'POST', unsigned.path, { query: 'my tooth' }, { headers });
      expect(answer.status).toBe(401);
    }
  });

  test.each([
    ['nothing that is an event', 'hello'],
    ['the example of the console', { key1: 'value1' }],
    ['an event of S3', { Records: [{ eventSource: 'aws:s3' }] }],
    ['a path that is none', { ...restEvent(request), path: 5 }],
  ])('%s is 400, never a crash', async (_what, event) => {
    const { json } = await predict.invoke(event);
    expect([json.statusCode, JSON.parse(json.body).code]).toEqual([400, 'request_unreadable']);
  });

  test('a train event that asks for nothing that there is ends quietly, with a line of the log', async () => {
    for (const event of [{ predictor: 'none' }, { predictor: 'services', retraining: 1 }, { what: 'this' }]) {
      expect((await train.invoke(event)).json).toEqual({ batchItemFailures: [] });
    }
    const logs = await train.logs();
    expect(logs).toContain('none');
    expect(logs).toContain('an event cannot be read and is dropped');
  });

  test('logs are JSON, with ids and without what was sent', async () => {
    const query = 'something private 4711';
    await call(predict, 'POST', `${PATH}/suggestions`, { query }, { userArn: OPERATOR });
    const logs = await predict.logs();
    const lines = logs.split('\n').filter((line) => line.startsWith('{'));
    expect(lines.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ level: 'INFO', invocation: expect.any(String) }),
    );
    expect(logs).not.toContain('private 4711');
    expect(logs).not.toContain(aws.variables.AWS_SECRET_ACCESS_KEY);
  });

  test.each([
    ['predict', 'predict', undefined, restEvent(request)],
    ['the sweep', 'predict', 'index.sweep', {}],
    ['train', 'train', undefined, { predictor: 'services' }],
  ] as const)(
    '%s without its environment: each call fails, naming every variable',
    async (_what, image, handler, event) => {
      const container = await start(images[image], handler === undefined ? {} : { handler });
      for (let n = 0; n < 2; n++) {
        const { json } = await container.invoke(event);
        expect(json.errorType).toBe('EnvironmentError');
        for (const name of PLACES) expect(json.errorMessage).toContain(`${name} is missing`);
      }
    },
    60_000,
  );

  // The cut, a second before the end, has to come before the database's own limit of 3 s.
  test('a call that takes too long is answered 504 before Lambda cuts it, and the next is answered', async () => {
    const container = await start(images.predict, { environment: aws.variables, timeout: 3 });
    // Its first call starts it.
    expect(
      (await container.invoke(restEvent({ ...request, method: 'GET', path: '/health' }))).json.statusCode,
    ).toBe(200);
    aws.api.delay(10_000);
    const began = performance.now();
    const late = await container.invoke(restEvent({ ...request, method: 'GET', path: PATH, body: '' }));
    const seconds = (performance.now() - began) / 1000;
    aws.api.delay(0);
    expect([late.json.statusCode, JSON.parse(late.json.body).code]).toEqual([504, 'answer_overdue']);
    expect(seconds).toBeLessThan(5);
    const { json } = await container.invoke(restEvent(request));
    expect(json.statusCode).toBe(201);
  }, 60_000);

  test('what Lambda cuts after all is started anew by the next call, and does what was left', async () => {
    const container = await start(images.predict, {
      environment: aws.variables,
      handler: 'index.sweep',
      timeout: 6,
    });
    await aws.marks.put();
    aws.api.delay(15_000);
    const cut = await container.invoke({});
    expect(cut.text).toBe('Task timed out after 6.00 seconds');
    aws.api.delay(0);
    expect(await aws.marks.look()).not.toBeNull();
    const { json } = await container.invoke({});
    expect(json).toMatchObject({ woke: true, problems: [] });
    expect(await aws.marks.look()).toBeNull();
  }, 60_000);
});
