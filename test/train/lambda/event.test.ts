import { describe, expect, test } from '@jest/globals';
import { readEvents } from '../../../services/train/lambda/event.ts';

const events = (given: unknown) => readEvents(given).map(({ event }) => event);

describe('an event of the train function', () => {
  test('is a retraining, a reproduction or a pruning, as the database and the sweep write them', () => {
    expect(events({ retraining: 12, predictor: 'searches' })).toEqual([
      { predictor: 'searches', retraining: '12' },
    ]);
    expect(events({ predictor: 'searches', reproduction: 3 })).toEqual([
      { predictor: 'searches', reproduction: '3' },
    ]);
    expect(events({ prune: true })).toEqual([{ prune: true }]);
  });

  test('may come without a request: then whatever is pending of the predictor is meant', () => {
    expect(events({ predictor: 'searches' })).toEqual([{ predictor: 'searches', retraining: null }]);
  });

  test('may come with others, in an array or as records of a queue', () => {
    expect(events([{ prune: true }, { predictor: 'a' }])).toHaveLength(2);
    const records = [
      { messageId: 'm1', body: '{"predictor":"a","retraining":1}' },
      { messageId: 'm2', body: '{"prune":true}' },
    ];
    expect(readEvents({ Records: records })).toEqual([
      { event: { predictor: 'a', retraining: '1' }, problem: null, messageId: 'm1' },
      { event: { prune: true }, problem: null, messageId: 'm2' },
    ]);
  });

  test('is found in the record of a failed invocation, as a dead-letter queue keeps it', () => {
    const record = {
      version: '1.0',
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { retraining: 7, predictor: 'a' },
      responsePayload: { errorType: 'DatabaseTimeoutError' },
    };
    expect(events(record)).toEqual([{ predictor: 'a', retraining: '7' }]);
    const body = JSON.stringify(record);
    expect(events({ Records: [{ messageId: 'm', body }] })).toEqual([{ predictor: 'a', retraining: '7' }]);
  });

  test.each([
    null,
    undefined,
    12,
    'searches',
    {},
    [null],
    { prune: 'yes' },
    { predictor: 5 },
    { predictor: 'Not a name' },
    { predictor: 'a'.repeat(64) },
    { predictor: 'a', retraining: 'x' },
    { predictor: 'a', reproduction: null },
    { predictor: 'a', retraining: '1; drop' },
    { Records: [{ messageId: 'm', body: 'no JSON' }] },
    { Records: [null] },
  ])('that cannot be read has a problem in its place: %j', (given) => {
    const [only, ...others] = readEvents(given);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ event: null, problem: expect.any(String) });
  });

  test('of no kind at all is shown cut to a length that a log takes', () => {
    const [only] = readEvents({ predictor: 'x'.repeat(1_000_000) });
    expect(only?.problem?.length).toBeLessThan(400);
  });
});
