import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { numberPredictor, predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
beforeEach(async () => {
  remote = await new Remote()
    .on('GET', '/predictors/tickets', () => ({ body: predictor }))
    .on('GET', '/predictors/prices', () => ({ body: numberPredictor }))
    .on('GET', '/predictions/t1', () => ({ body: { id: 't1', predictor: 'tickets' } }))
    .on('GET', '/predictions/n1', () => ({ body: { id: 'n1', predictor: 'prices' } }))
    .on('PUT', '/predictions/t1/label', () => ({ body: { id: 't1', source: 'accepted', rank: 2 } }))
    .on('PUT', '/predictions/n1/label', () => ({ body: { id: 'n1', source: 'corrected', rank: null } }))
    .start();
});
afterEach(() => remote.stop());

describe('label', () => {
  test('sends a text to a predictor of labels, also one of digits', async () => {
    expect(await run(remote, ['label', 't1', '42'])).toEqual({
      status: 0,
      out: 'accepted 42 (suggestion 2)\n',
      err: '',
    });
    expect(remote.received.at(-1)?.body).toBe('{"label":"42"}');
  });

  test('sends a number to a predictor of numbers, also a negative one', async () => {
    expect((await run(remote, ['label', 'n1', '-5.5'])).out).toBe('corrected -5.5\n');
    expect(remote.received.at(-1)?.body).toBe('{"value":-5.5}');
  });

  test('a word for a number is wrong usage', async () => {
    const { status, err } = await run(remote, ['label', 'n1', 'dear']);
    expect(status).toBe(2);
    expect(err).toContain('"price" is a number, and "dear" is not.');
  });

  test('an unknown prediction is refused', async () => {
    expect((await run(remote, ['label', 'unknown', 'x'])).status).toBe(1);
  });
});
