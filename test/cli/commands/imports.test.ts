import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const imports = [
  {
    ...{ id: 2, file: 'typo\u001b[31m.csv', rows: 1200, rejected: 3, at: '2026-11-29T19:50:41Z' },
    ...{ by: 'k3v7qzn2m4xd', erased: 4, undoing: false },
  },
  {
    ...{ id: 1, file: null, rows: 100, rejected: 0, at: '2026-11-28T08:00:00Z', by: null, erased: 40 },
    undoing: true,
  },
];

let remote: Remote;
beforeEach(() => {
  remote = new Remote().on('GET', '/predictors/sizes/imports', () => ({ body: { imports, next: null } }));
});
afterEach(() => remote.stop());

describe('imports', () => {
  test('lists what was imported, and what is gone of it', async () => {
    await remote.start();
    const { status, out } = await run(remote, ['imports', 'sizes']);
    expect([status, out.split('\n').map((line) => line.trimEnd())]).toEqual([
      0,
      [
        'ID               ROWS  REJECTED  AT                    BY            FILE',
        ' 2     1,200 (4 gone)         3  2026-11-29 19:50 UTC  k3v7qzn2m4xd  typo\\u001b[31m.csv',
        ' 1  100 (being undone)         0  2026-11-28 08:00 UTC  –             –',
        '',
      ].map((line) => expect.stringMatching(spaced(line))),
    ]);
  });

  test('undoes one, going on until all of its rows are gone', async () => {
    remote.on('DELETE', '/predictors/sizes/imports/2', (_received, n) => ({
      status: n < 3 ? 202 : 200,
      body: { id: 2, undone: n === 3, rows: n * 500, flaggedModels: n === 3 ? [4] : [] },
    }));
    await remote.start();
    expect(await run(remote, ['imports', 'sizes', '--undo', '2'])).toEqual({
      status: 0,
      out: 'undone import 2 of sizes: 1,500 rows are gone\nModel 4 learned from them and is flagged. The next training leaves them out.\nWhere one of these is the champion, `hundredfold retrain sizes` puts a model of what is left in its place; `hundredfold promote` goes back to one from before.\n',
      err: '',
    });
    expect(remote.received).toHaveLength(3);
  });

  test('is done where the server has finished by itself meanwhile, and refused where there was none', async () => {
    remote.on('DELETE', '/predictors/sizes/imports/2', (_received, n) =>
      n === 1
        ? { status: 202, body: { id: 2, undone: false, rows: 500, flaggedModels: [] } }
        : { status: 404, body: { code: 'import_unknown', title: 'There is no such import', status: 404 } },
    );
    await remote.start();
    expect((await run(remote, ['imports', 'sizes', '--undo', '2'])).status).toBe(0);
    const again = await run(remote, ['imports', 'sizes', '--undo', '2']);
    expect([again.status, again.err]).toEqual([1, expect.stringContaining('import_unknown')]);
  });

  test.each([
    ['y\n', 0],
    ['n\n', 1],
    ['', 1],
  ])('asks on a screen; %j exits with %i', async (reply, status) => {
    remote.on('DELETE', '/predictors/sizes/imports/2', () => ({
      body: { id: 2, undone: true, rows: 1, flaggedModels: [] },
    }));
    await remote.start();
    const result = await run(remote, ['imports', 'sizes', '--undo', '2'], { tty: true, input: [reply] });
    expect([result.status, remote.received.length]).toEqual([status, status === 0 ? 1 : 0]);
    expect(result.err).toContain('Take back import 2 of sizes with all of its rows, for good? (y/N) ');
  });
});

describe('delete', () => {
  const gone = { predictions: 4, examples: 3, imports: 2, models: 1, retrainings: 5, spooled: 0 };
  beforeEach(async () => {
    remote.on('DELETE', '/predictors/sizes', (_received, n) => ({
      status: n < 2 ? 202 : 200,
      body: { predictor: 'sizes', ...gone, deletedAt: '2026-11-29T19:50:41Z', done: n === 2 },
    }));
    await remote.start();
  });

  test('says the name once more, and goes on until all is gone', async () => {
    expect(await run(remote, ['delete', 'sizes', '--confirm', 'sizes'])).toEqual({
      status: 0,
      out: 'deleted sizes: 4 predictions, 3 examples, 2 imports, 1 models, 5 retrainings, 0 spooled rows are gone\n',
      err: '',
    });
    expect(remote.received.map(({ url }) => url)).toEqual(Array(2).fill('/predictors/sizes?confirm=sizes'));
  });

  test.each([
    ['sizes\n', 0],
    ['y\n', 1],
    ['', 1],
  ])('asks for the name on a screen; %j exits with %i', async (reply, status) => {
    const result = await run(remote, ['delete', 'sizes'], { tty: true, input: [reply] });
    expect([result.status, remote.received.length]).toEqual([status, status === 0 ? 2 : 0]);
    expect(result.err).toContain('Its name once more: ');
  });

  test('is wrong usage in a script that does not say it, and asks nothing of the server', async () => {
    expect((await run(remote, ['delete', 'sizes'])).status).toBe(2);
    expect((await run(remote, ['delete', 'sizes', '--confirm', 'size'])).status).toBe(1);
    expect(remote.received).toEqual([]);
  });
});

/** Columns may be as wide as they like. */
function spaced(line: string): RegExp {
  const words = line
    .trim()
    .split(/ {2,}/)
    .map((word) => word.replaceAll(/[()[\].*+?^$|\\]/g, '\\$&'));
  return new RegExp(`^ *${words.join(' {2,}')}$`);
}
