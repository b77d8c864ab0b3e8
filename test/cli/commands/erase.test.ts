import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
beforeEach(async () => {
  remote = await new Remote().on('DELETE', '/predictions/p-1', () => ({ status: 204 })).start();
});
afterEach(() => remote.stop());

describe('erase', () => {
  test.each([
    ['y\n', 0],
    ['YES\r\n', 0],
    ['y', 0],
    ['n\n', 1],
    ['\n', 1],
    ['', 1],
  ])('asks on a screen; %j exits with %i', async (reply, status) => {
    const result = await run(remote, ['erase', 'p-1'], { tty: true, input: [reply] });
    expect(result.status).toBe(status);
    expect(result.err).toContain('Erase p-1 for good? (y/N) ');
    expect(remote.received).toHaveLength(status === 0 ? 1 : 0);
  });

  test('--yes does not ask', async () => {
    expect(await run(remote, ['erase', 'p-1', '--yes'], { tty: true })).toEqual({
      status: 0,
      out: 'erased p-1\n',
      err: '',
    });
  });

  test('says which models learned from the row', async () => {
    const body = { id: 'p-3', erased: true, flaggedModels: [3, 7] };
    const other = await new Remote().on('DELETE', '/predictions/p-3', () => ({ body })).start();
    expect((await run(other, ['erase', 'p-3'])).out).toBe(
      'erased p-3\nModels 3, 7 learned from it and are flagged. The next training leaves it out.\n',
    );
    await other.stop();
  });

  test('an imported row is named by its predictor and its number', async () => {
    const body = { id: '300', erased: true, flaggedModels: [3] };
    const other = await new Remote().on('DELETE', '/predictors/sizes/examples/300', () => ({ body })).start();
    expect((await run(other, ['erase', '300', '--example-of', 'sizes'])).out).toBe(
      'erased example 300 of sizes\nModel 3 learned from it and is flagged. The next training leaves it out.\n',
    );
    await other.stop();
  });

  test('in a script does not ask', async () => {
    expect((await run(remote, ['erase', 'p-1'])).status).toBe(0);
  });

  test('of an unknown prediction is refused', async () => {
    expect((await run(remote, ['erase', 'p-2'])).status).toBe(1);
  });

  test('tells how an imported row is erased where its number was given alone', async () => {
    const body = { title: 'There is no such prediction', code: 'prediction_unknown' };
    const other = await new Remote()
      .on('DELETE', '/predictions/300', () => ({ status: 404, body }))
      .on('DELETE', '/predictions/p-2', () => ({ status: 404, body }))
      .start();
    const { err, status } = await run(other, ['erase', '300']);
    expect(err).toContain('erase 300 --example-of PREDICTOR\n');
    expect(status).toBe(1);
    expect((await run(other, ['erase', 'p-2'])).err).not.toContain('--example-of');
    await other.stop();
  });
});
