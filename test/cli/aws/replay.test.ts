import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openShop, type Shop, TRAIN_ARN } from '../support/shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());
beforeEach(() => {
  shop.account.invocations.length = 0;
});

const REPLAY = ['--stack', 'shop', 'replay'];
const event = (retraining: number) => ({ retraining: String(retraining), predictor: 'searches' });
/** As Lambda writes it about an invocation that failed for good. */
const record = (payload: object) => ({
  version: '1.0',
  timestamp: '2026-11-21T06:00:00.000Z',
  requestContext: {
    requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
    functionArn: `${TRAIN_ARN}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: 3,
  },
  requestPayload: payload,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorMessage: 'Task timed out after 900.00 seconds' },
});
const invoked = () => shop.account.invocations.map(({ payload }) => payload);

test('an empty queue is nothing to do', async () => {
  expect(await shop.run(REPLAY)).toEqual({
    status: 0,
    out: 'The queue is empty: nothing is left to be worked off.\n',
    err: '',
  });
});

test('calls the train function again with every original event, and empties the queue', async () => {
  const events = Array.from({ length: 23 }, (_, n) => event(n));
  for (const one of events) shop.account.queue.put(record(one));
  // As a plain dead-letter queue has them.
  shop.account.queue.put({ reproduction: '7', predictor: 'searches' });
  shop.account.queue.put(record({ prune: true }));
  expect(await shop.run(REPLAY)).toEqual({ status: 0, out: 'replayed 25\n', err: '' });
  expect(invoked()).toEqual([...events, { reproduction: '7', predictor: 'searches' }, { prune: true }]);
  expect(new Set(shop.account.invocations.map(({ functionName }) => functionName))).toEqual(
    new Set([TRAIN_ARN]),
  );
  expect(shop.account.queue.bodies).toEqual([]);
});

test('--dry-run says what there is, and leaves it where it is, for others to see', async () => {
  shop.account.queue.put(record(event(7)));
  const { status, out } = await shop.run([...REPLAY, '--dry-run']);
  expect([status, out]).toEqual([0, 'retraining 7 of searches\nfound 1, replayed none (dry run)\n']);
  expect(invoked()).toEqual([]);
  expect([shop.account.queue.bodies.length, shop.account.queue.hidden]).toEqual([1, 0]);
  await shop.run(REPLAY);
});

test('what Lambda does not take stays in the queue, and the next run takes it', async () => {
  for (const n of [1, 2, 3]) shop.account.queue.put(record(event(n)));
  shop.account.refuse('lambda', 'TooManyRequestsException', 429);
  const first = await shop.run(REPLAY);
  expect(first).toMatchObject({ status: 1, out: 'replayed 2, failed 1\n' });
  expect(first.err).toContain('retraining 1 of searches stays in the queue');
  expect([shop.account.queue.bodies.length, shop.account.queue.hidden]).toEqual([1, 0]);
  expect(await shop.run([...REPLAY, '--json'])).toMatchObject({
    status: 0,
    out: `${JSON.stringify({ found: 1, replayed: 1, failed: 0, unknown: 0, dryRun: false })}\n`,
  });
  expect(invoked()).toEqual([event(2), event(3), event(1)]);
});

test('a message is deleted only after its event was taken: otherwise it comes once more', async () => {
  shop.account.queue.put(record(event(5)));
  shop.account.refuse('sqs AmazonSQS.DeleteMessage', 'InternalFailure', 500);
  expect((await shop.run(REPLAY)).status).toBe(1);
  expect((await shop.run(REPLAY)).status).toBe(0);
  expect(invoked()).toEqual([event(5), event(5)]);
  expect(shop.account.queue.bodies).toEqual([]);
});

test.each(['no JSON', '[]', '{"records":[]}', '{"requestPayload":{"predictor":"searches"}}'])(
  'a message that is no event of a training stays there: %s',
  async (body) => {
    shop.account.queue.put(body);
    const { status, out, err } = await shop.run(REPLAY);
    expect([status, out]).toEqual([1, 'replayed 0, not understood 1\n']);
    expect(err).toContain('is no event of a training');
    expect(shop.account.queue.bodies).toEqual([body]);
    // For the next test.
    const [message] = shop.account.queue.bodies;
    shop.account.queue.drop(message ?? '');
  },
);

test('needs a stack', async () => {
  const { status, err } = await shop.run(['replay']);
  expect([status, err]).toEqual([2, expect.stringContaining('replay needs --stack')]);
});

test('a queue that is not there, or not allowed, is told', async () => {
  shop.account.refuse('sqs', 'com.amazonaws.sqs#QueueDoesNotExist', 400);
  expect((await shop.run(REPLAY)).err).toContain('QueueDoesNotExist');
  shop.account.refuse('sqs', 'AccessDeniedException', 400);
  expect((await shop.run(REPLAY)).err).toContain('code: aws_denied');
});
