import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const young = {
  ...predictor,
  name: 'young',
  counter: { newRows: 0, every: 50 },
  examples: { imported: 4, accepted: 0, corrected: 0 },
  predictions: 0,
  champion: null,
  missing: { examples: { needed: 10, present: 4 }, labels: { needed: 2, present: 1 } },
  lastRetraining: null,
};

let remote: Remote;
beforeEach(() => {
  remote = new Remote();
});
afterEach(() => remote.stop());

describe('status', () => {
  test('has one line for each predictor, of all pages', async () => {
    remote.on('GET', '/predictors', (_request, n) => ({
      body: n === 1 ? { predictors: [predictor], next: 'c2' } : { predictors: [young], next: null },
    }));
    await remote.start();
    expect((await run(remote, ['status'])).out).toBe(
      [
        'PREDICTOR  NEW ROWS                PREDICTIONS  EXAMPLES  CHAMPION  LAST RETRAINING',
        'tickets    [###-------] 37 of 100          137     1,234         3  promoted, 2026-11-20 08:15 UTC',
        'young      [----------] 0 of 50              0         4         –  –',
        '',
      ].join('\n'),
    );
    expect(remote.received.map(({ url }) => url).filter((url) => url.startsWith('/predictors'))).toEqual([
      '/predictors?limit=200',
      '/predictors?limit=200&cursor=c2',
    ]);
  });

  test('--json prints one list of all pages', async () => {
    remote.on('GET', '/predictors', (_request, n) => ({
      body: n === 1 ? { predictors: [predictor], next: 'c2' } : { predictors: [young], next: null },
    }));
    await remote.start();
    const { out } = await run(remote, ['status', '--json']);
    expect(JSON.parse(out)).toEqual({ predictors: [predictor, young], next: null });
  });

  test('without predictors says how to make one', async () => {
    await remote.on('GET', '/predictors', () => ({ body: { predictors: [], next: null } })).start();
    expect((await run(remote, ['status'])).out).toContain('`hundredfold apply FILE` makes one');
  });

  test('is cut at the edge of a screen, and coloured there unless NO_COLOR', async () => {
    await remote.on('GET', '/predictors', () => ({ body: { predictors: [predictor], next: null } })).start();
    const { out } = await run(remote, ['status'], { tty: true, environment: { colours: true } });
    expect(out).toContain('\u001b[2mPREDICTOR');
    expect(out.split('\n')[1]).toMatch(/^.{79}…$/);
    expect((await run(remote, ['status'], { tty: true })).out).not.toContain('\u001b');
  });
});

describe('status while training is off', () => {
  const off = 'training is off: requests wait for `hundredfold training on`\n';
  let enabled = false;

  beforeEach(async () => {
    enabled = false;
    remote
      .on('GET', '/training', () => ({ body: { enabled } }))
      .on('GET', '/predictors', () => ({ body: { predictors: [predictor], next: null } }))
      .on('GET', '/predictors/tickets', () => ({ body: predictor }));
    await remote.start();
  });

  test.each([[['status']], [['status', 'tickets']]])(
    '%j ends with it, and is silent while it is on',
    async (argv) => {
      expect((await run(remote, argv)).out.endsWith(`\n${off}`)).toBe(true);
      enabled = true;
      expect((await run(remote, argv)).out).not.toContain('training is');
    },
  );

  test('--json leaves the answers as they are', async () => {
    expect(JSON.parse((await run(remote, ['status', 'tickets', '--json'])).out)).toEqual(predictor);
    expect(JSON.parse((await run(remote, ['status', '--json'])).out).predictors).toEqual([predictor]);
  });
});

describe('status of one predictor', () => {
  test('tells its counter, champion and last retraining with the reason', async () => {
    await remote.on('GET', '/predictors/tickets', () => ({ body: predictor })).start();
    expect((await run(remote, ['status', 'tickets'])).out).toBe(
      [
        'predictor    tickets, revision 2',
        'inputs       subject (text), age (number, optional), urgent (boolean, optional), a=b (category, optional)',
        'target       team (label)',
        'counter      [#######-------------] 37 of 100',
        'predictions  137',
        'examples     1,234 (1,200 imported, 30 accepted, 4 corrected)',
        'champion     model 3, since 2026-11-20 08:15 UTC',
        'retraining   7 (count): promoted, 2026-11-20 08:15 UTC',
        '             The challenger is right on 91 of 100 unseen rows, the champion on 84.',
        '',
      ].join('\n'),
    );
  });

  test('says until when a retraining is held back', async () => {
    const held = {
      ...predictor,
      lastRetraining: {
        id: 8,
        trigger: 'count',
        status: 'requested',
        verdict: null,
        heldUntil: '2026-11-21T06:00:00.000Z',
      },
    };
    await remote
      .on('GET', '/predictors/tickets', () => ({ body: held }))
      .on('GET', '/predictors', () => ({ body: { predictors: [held], next: null } }))
      .start();
    expect((await run(remote, ['status', 'tickets'])).out).toContain(
      [
        'retraining   8 (count): held until 2026-11-21 06:00 UTC',
        '             `hundredfold retrain tickets` does not wait for it',
        '',
      ].join('\n'),
    );
    expect((await run(remote, ['status'])).out).toContain('  held until 2026-11-21 06:00 UTC\n');
  });

  test('says what the first training waits for', async () => {
    await remote.on('GET', '/predictors/young', () => ({ body: young })).start();
    const { out } = await run(remote, ['status', 'young']);
    expect(out).toContain('champion     none yet: 4 of 10 examples, 1 of 2 labels\n');
    expect(out).toContain('retraining   none yet\n');
  });
});
