import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { model, predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const numberModel = {
  ...model,
  model: 12,
  status: 'awaiting-approval',
  learner: 'ridge',
  metrics: {
    mae: 12_345.678,
    rmse: 23_456.7,
    r2: 0.81,
    rows: 1500,
    intervals: { mae: { low: 12_000, high: 13_000, coverage: 0.95 } },
  },
};

let remote: Remote;
beforeEach(() => {
  remote = new Remote().on('GET', '/predictors/tickets', () => ({ body: predictor }));
});
afterEach(() => remote.stop());

describe('models', () => {
  test('lists versions with their figures', async () => {
    const models = [model, { ...model, model: 2, status: 'retired', metrics: null }];
    await remote.on('GET', '/predictors/tickets/models', () => ({ body: { models, next: null } })).start();
    expect((await run(remote, ['models', 'tickets'])).out).toBe(
      [
        'MODEL  STATUS    LEARNER  EXAMPLES  ACCURACY  LOG-LOSS  TRAINED',
        '    3  champion  softmax     1,234     0.942     0.320  2026-11-20 08:15 UTC',
        '    2  retired   softmax     1,234         –         –  2026-11-20 08:15 UTC',
        '',
      ].join('\n'),
    );
  });

  test('of numbers have other figures', async () => {
    const body = { models: [numberModel], next: null };
    await remote.on('GET', '/predictors/tickets/models', () => ({ body })).start();
    const { out } = await run(remote, ['models', 'tickets']);
    expect(out).toContain('EXAMPLES      MAE     R2  TRAINED');
    expect(out).toContain('12345.7  0.810');
  });

  test('--json of one page is the text of the API', async () => {
    const body = '{"models": [],  "next": null}';
    await remote.on('GET', '/predictors/tickets/models', () => ({ body })).start();
    expect((await run(remote, ['models', 'tickets', '--json'])).out).toBe(`${body}\n`);
    expect((await run(remote, ['models', 'tickets'])).out).toBe('tickets has no models yet.\n');
  });
});

describe('promote', () => {
  test('names the model that is to serve', async () => {
    await remote.on('PUT', '/predictors/tickets/champion', () => ({ body: predictor })).start();
    expect(await run(remote, ['promote', 'tickets', '2'])).toEqual({
      status: 0,
      out: 'model 2 serves tickets\n',
      err: '',
    });
    expect(remote.received[0]?.body).toBe('{"model":2}');
  });

  test('of a model that may not serve is refused', async () => {
    const problem = { title: 'This model cannot serve.', code: 'model_unusable' };
    await remote.on('PUT', '/predictors/tickets/champion', () => ({ status: 409, body: problem })).start();
    expect(await run(remote, ['promote', 'tickets', '2'])).toEqual({
      status: 1,
      out: '',
      err: 'error: This model cannot serve.\ncode: model_unusable (HTTP 409)\n',
    });
  });
});

describe('report', () => {
  test('is about the champion, each figure within its interval', async () => {
    await remote.on('GET', '/predictors/tickets/models/3', () => ({ body: model })).start();
    expect((await run(remote, ['report', 'tickets'])).out).toBe(
      [
        'model    3 of tickets, champion',
        'learner  softmax, from 1,234 examples',
        'trained  2026-11-20 08:15 UTC',
        `sha256   ${'ab'.repeat(32)}`,
        '',
        'Measured on 439 rows that the fit had not seen:',
        'accuracy  0.942  (0.915 to 0.960, 95 % sure)  the first suggestion is right',
        'top3      0.985  (0.970 to 0.990, 95 % sure)  one of the first three is right',
        'logLoss   0.320  (0.280 to 0.360, 95 % sure)  log-loss; 0 would be perfect',
        'macroF1   0.900  (0.870 to 0.920, 95 % sure)  F1 averaged over labels, rare ones count as much',
        'ece       0.013  (0.010 to 0.020, 95 % sure)  calibration error of the probabilities',
        '',
      ].join('\n'),
    );
  });

  test('of a model of numbers has theirs', async () => {
    await remote.on('GET', '/predictors/tickets/models/12', () => ({ body: numberModel })).start();
    const { out } = await run(remote, ['report', 'tickets', '12']);
    expect(out).toContain('mae   12345.7  (12000 to 13000, 95 % sure)  absolute error, on average');
    expect(out).toContain('rmse  23456.7  root of the squared error');
  });

  test('tells known inputs from new ones', async () => {
    const { intervals: _, ...figures } = model.metrics;
    const metrics = {
      ...model.metrics,
      seen: { ...figures, share: 0.996, rows: 437, accuracy: 0.97 },
      new: { share: 0.004, rows: 0 },
    };
    const body = { ...model, metrics };
    await remote.on('GET', '/predictors/tickets/models/3', () => ({ body })).start();
    expect((await run(remote, ['report', 'tickets'])).out).toContain(
      [
        '',
        'Of these, the first suggestion is right:',
        'seen  over 99 % of the rows, inputs that other examples have too: 0.970  on 437 rows',
        'new   under 1 % of the rows, inputs that no other example has: –',
        '',
      ].join('\n'),
    );
  });

  test('of a predictor without a champion says where to look', async () => {
    await remote.on('GET', '/predictors/young', () => ({ body: { name: 'young', champion: null } })).start();
    const { status, err } = await run(remote, ['report', 'young']);
    expect(status).toBe(1);
    expect(err).toContain('`hundredfold status young` says what is missing');
    expect(err).toContain('code: no_champion');
  });

  test('tells of rows that were erased since, as the list does', async () => {
    const body = { ...model, erased: 2, learnedFromErased: true };
    await remote
      .on('GET', '/predictors/tickets/models/3', () => ({ body }))
      .on('GET', '/predictors/tickets/models', () => ({ body: { models: [body], next: null } }))
      .start();
    expect((await run(remote, ['report', 'tickets'])).out).toContain(
      '\nIt learned from 2 rows that were erased since.\n',
    );
    expect((await run(remote, ['models', 'tickets'])).out).toContain('champion, knows 2 erased');
  });

  test('of a model that was not measured says so', async () => {
    const body = { ...model, metrics: null };
    await remote.on('GET', '/predictors/tickets/models/3', () => ({ body })).start();
    expect((await run(remote, ['report', 'tickets'])).out).toContain('It was not measured.');
  });
});
