import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
let folder: TemporaryFolder;
beforeEach(async () => {
  remote = new Remote();
  folder = await temporaryFolder();
});
afterEach(async () => {
  await remote.stop();
  await folder.remove();
});

async function definitionFile(text: string): Promise<string> {
  const file = path.join(folder.path, 'predictor.json');
  await writeFile(file, text);
  return file;
}

describe('apply', () => {
  test('sends the file as it is to the predictor that it names', async () => {
    await remote.on('PUT', '/predictors/tickets', () => ({ status: 201, body: predictor })).start();
    const text = '\n{ "name": "tickets", "nmae": 1, "nmae": 2 }\n';
    const result = await run(remote, ['apply', await definitionFile(text)]);
    expect(result).toEqual({ status: 0, out: 'created tickets, revision 2\n', err: '' });
    expect(remote.received[0]?.body).toBe(text);
    expect(remote.received[0]?.headers['content-type']).toBe('application/json');
  });

  test('says when a predictor was changed, and what to beware of', async () => {
    const warnings = [
      'Models of revision 1 can no longer be used.',
      { detail: 'It learns from its guesses.' },
    ];
    await remote.on('PUT', '/predictors/tickets', () => ({ body: { ...predictor, warnings } })).start();
    expect(await run(remote, ['apply', await definitionFile('{"name":"tickets"}')])).toEqual({
      status: 0,
      out: 'updated tickets, revision 2\n',
      err: 'warning: Models of revision 1 can no longer be used.\nwarning: It learns from its guesses.\n',
    });
  });

  test('says when nothing was changed', async () => {
    await remote.on('PUT', '/predictors/tickets', () => ({ body: { ...predictor, changed: false } })).start();
    expect(await run(remote, ['apply', await definitionFile('{"name":"tickets"}')])).toEqual({
      status: 0,
      out: 'unchanged tickets, revision 2\n',
      err: '',
    });
  });

  test('prints what the API says with --json, byte for byte', async () => {
    const body = '{"name": "tickets",  "revision": 1.0}';
    await remote.on('PUT', '/predictors/tickets', () => ({ body })).start();
    const { out } = await run(remote, ['--json', 'apply', await definitionFile('{"name":"tickets"}')]);
    expect(out).toBe(`${body}\n`);
  });

  test('a byte order mark is no part of the definition', async () => {
    await remote.on('PUT', '/predictors/tickets', () => ({ body: predictor })).start();
    await run(remote, ['apply', await definitionFile('\ufeff{"name":"tickets"}')]);
    expect(remote.received[0]?.body).toBe('{"name":"tickets"}');
  });

  test.each([
    ['is not JSON', '{name: tickets}', 'is not JSON'],
    ['has no name', '{"inputs":{}}', 'has no "name"'],
    ['is a list', '[]', 'has no "name"'],
  ])('a file that %s fails before anything is sent', async (_what, text, message) => {
    await remote.start();
    const { status, err } = await run(remote, ['apply', await definitionFile(text)]);
    expect(status).toBe(1);
    expect(err).toContain(message);
    expect(err).toContain('code: file_unreadable');
    expect(remote.received).toEqual([]);
  });

  test('a file that is missing is named', async () => {
    await remote.start();
    const { status, err } = await run(remote, ['apply', '/no/such/predictor.json']);
    expect(status).toBe(1);
    expect(err).toContain('/no/such/predictor.json cannot be read: there is no such file.');
  });
});
