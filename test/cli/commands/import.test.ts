import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let remote: Remote;
let folder: TemporaryFolder;
beforeEach(async () => {
  remote = new Remote().on('GET', '/predictors/tickets', () => ({ body: predictor }));
  folder = await temporaryFolder();
});
afterEach(async () => {
  await remote.stop();
  await folder.remove();
});

const rows = 'subject,team\nInvoice twice,Invoicing\n';
const none = { imported: 0, rejected: [], rejectedTotal: 0 };

async function rowsFile(name: string, text: string): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, text);
  return file;
}

function posted() {
  return remote.received.find(({ method }) => method === 'POST');
}

describe('import', () => {
  beforeEach(() => {
    remote.on('POST', '/predictors/tickets/examples', () => ({ body: { ...none, imported: 1 } }));
  });

  test('sends the file with its length, its type and its hash as the key', async () => {
    await remote.start();
    const result = await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows)]);
    expect(result).toEqual({ status: 0, out: 'imported 1, rejected 0  (tickets)\n', err: '' });
    expect(posted()).toMatchObject({
      url: '/predictors/tickets/examples?file=rows.csv',
      body: rows,
      headers: {
        'content-type': 'text/csv',
        'content-length': String(rows.length),
        'idempotency-key': createHash('sha256').update(rows).digest('hex'),
      },
    });
    expect(posted()?.headers).not.toHaveProperty('transfer-encoding');
  });

  test('sends the file again where the server asks to come again later', async () => {
    await remote.stop();
    const busy = { title: 'Busy', code: 'import_busy' };
    const answers = (done: object) => (_request: unknown, n: number) =>
      n === 1 ? { status: 503, headers: { 'retry-after': '0' }, body: busy } : { body: done };
    remote = new Remote()
      .on('GET', '/predictors/tickets', answers(predictor))
      .on('POST', '/predictors/tickets/examples', answers({ ...none, imported: 1 }));
    await remote.start();
    const { status, out } = await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows)]);
    expect([status, out]).toEqual([0, 'imported 1, rejected 0  (tickets)\n']);
    const uploads = remote.received.filter(({ method }) => method === 'POST');
    expect(uploads.map(({ body }) => body)).toEqual([rows, rows]);
    expect(new Set(uploads.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  test('--no-train holds the training back', async () => {
    await remote.start();
    await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows), '--no-train']);
    expect(posted()?.url).toBe('/predictors/tickets/examples?train=false&file=rows.csv');
  });

  test.each([
    ['rows.ndjson', '{}', [], 'application/x-ndjson'],
    ['rows.JSONL', '{}', [], 'application/x-ndjson'],
    ['rows.json', '[]', [], 'application/json'],
    ['rows.txt', ' [{}]', [], 'application/json'],
    ['rows.txt', '{"a":1}', [], 'application/x-ndjson'],
    ['rows.txt', 'a,b', [], 'text/csv'],
    ['rows.json', '{}', ['--format', 'ndjson'], 'application/x-ndjson'],
    ['rows.tsv', 'a\tb', [], 'text/tab-separated-values'],
    ['rows.jsonl.gz', '{}', [], 'application/x-ndjson'],
  ])('%s holding %j with %j is %s', async (name, text, options, type) => {
    await remote.start();
    await run(remote, ['import', 'tickets', await rowsFile(name, text), ...options]);
    expect(posted()?.headers['content-type']).toBe(type);
  });

  test('looks into a packed file, and into UTF-16, for what its name does not say', async () => {
    await remote.start();
    for (const [bytes, type] of [
      [gzipSync('[{}]'), 'application/json'],
      [gzipSync('a,b').subarray(0, 12), 'text/csv'],
      [Buffer.from('\ufeff{"a":1}', 'utf16le'), 'application/x-ndjson'],
    ] as const) {
      const file = path.join(folder.path, 'rows');
      await writeFile(file, bytes);
      await run(remote, ['import', 'tickets', file]);
      expect(remote.received.findLast(({ method }) => method === 'POST')?.headers['content-type']).toBe(type);
    }
  });

  test.each([
    [['--separator', ';', '--decimal', ','], '?separator=%3B&decimal=%2C'],
    [['--separator', 'tab', '--no-train'], '?separator=%09&train=false'],
    [['--separator', '\\t'], '?separator=%09'],
    [['--separator', '|'], '?separator=%7C'],
  ])('%j is said to the server', async (options, query) => {
    await remote.start();
    await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows), ...options]);
    expect(posted()?.url).toBe(`/predictors/tickets/examples${query}&file=rows.csv`);
  });

  test.each([
    [['--separator', 'x'], "It is ',', ';', '|' or tab."],
    [['--decimal', ';'], 'Allowed choices are ., ,'],
    [['--separator', ';', '--format', 'ndjson'], '--separator goes with CSV, and this file is NDJSON.'],
  ])('%j is wrong usage', async (options, says) => {
    await remote.start();
    const { status, err } = await run(remote, [
      'import',
      'tickets',
      await rowsFile('rows.csv', rows),
      ...options,
    ]);
    expect(status).toBe(2);
    expect(err).toContain(says);
    expect(posted()).toBeUndefined();
  });

  test('- reads what is piped in, and leaves no file behind', async () => {
    await remote.start();
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('hundredfold-rows-'));
    const input = ['subject,te', 'am\nInvoice ', 'twice,Invoicing\n'];
    expect(await run(remote, ['import', 'tickets', '-'], { input })).toMatchObject({ status: 0 });
    expect(posted()?.body).toBe(rows);
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('hundredfold-rows-'))).toEqual(before);
  });

  test('megabytes arrive whole, and a screen shows how far they are', async () => {
    await remote.start();
    const text = `subject,team\n${'Invoice twice,Invoicing\n'.repeat(300_000)}`;
    const file = await rowsFile('rows.csv', text);
    const { status, err } = await run(remote, ['import', 'tickets', file], { tty: true });
    expect(status).toBe(0);
    expect(posted()?.body === text).toBe(true);
    expect(err).toMatch(/\[[#-]{20}\] \d+ % {2}\d+\.\d [kM]B of 7\.2 MB/);
  });

  test('an unknown predictor costs no upload', async () => {
    await remote.start();
    const { status } = await run(remote, ['import', 'nope', await rowsFile('rows.csv', rows)]);
    expect(status).toBe(1);
    expect(posted()).toBeUndefined();
  });

  test('a missing file and a folder are told apart', async () => {
    await remote.start();
    expect((await run(remote, ['import', 'tickets', path.join(folder.path, 'no.csv')])).err).toContain(
      'no such file',
    );
    const { status, err } = await run(remote, ['import', 'tickets', folder.path]);
    expect(status).toBe(1);
    expect(err).toContain('it is a folder');
  });
});

describe('what an import says', () => {
  test('a file that was imported before is told as that', async () => {
    const headers = { 'idempotency-replayed': 'true' };
    remote.on('POST', '/predictors/tickets/examples', () => ({ headers, body: { ...none, imported: 5 } }));
    await remote.start();
    const { status, out } = await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows)]);
    expect(status).toBe(0);
    expect(out).toContain('imported before: nothing was added now');
    expect(out).not.toContain('--undo');
  });

  test('a file that was imported before with rejected rows is told how to have it read otherwise', async () => {
    const headers = { 'idempotency-replayed': 'true' };
    const body = { imported: 0, rejected: [{ line: 2, reason: 'age must be a number' }], rejectedTotal: 1 };
    remote.on('POST', '/predictors/tickets/examples', () => ({ headers, body }));
    await remote.start();
    const { out } = await run(remote, [
      'import',
      'tickets',
      await rowsFile('rows.csv', rows),
      '--decimal',
      ',',
    ]);
    expect(out).toContain('take that import back first: `hundredfold imports tickets` names it');
  });

  test('the first reasons stand with their lines, the others are counted', async () => {
    const rejected = Array.from({ length: 100 }, (_, i) => ({ line: i + 2, reason: 'team is missing' }));
    const body = { imported: 3, rejected, rejectedTotal: 12_345, ignoredColumns: ['comment'] };
    remote.on('POST', '/predictors/tickets/examples', () => ({ body }));
    await remote.start();
    const { status, out } = await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows)]);
    expect(status).toBe(0);
    expect(out.split('\n').slice(0, 2)).toEqual([
      'imported 3, rejected 12,345  (tickets)',
      '  line 2: team is missing',
    ]);
    expect(out).toContain('  line 11: team is missing\n  and 12,335 more\nignored columns: comment\n');
  });

  test('an import of nothing has failed', async () => {
    const body = { imported: 0, rejected: [{ line: 2, reason: 'team is missing' }], rejectedTotal: 1 };
    remote.on('POST', '/predictors/tickets/examples', () => ({ body }));
    await remote.start();
    const { status, out } = await run(remote, ['import', 'tickets', await rowsFile('rows.csv', rows)]);
    expect(status).toBe(1);
    expect(out).toContain('imported 0, rejected 1');
  });

  test('a refusal is told as everywhere, and --json prints the answer as it came', async () => {
    const problem = { title: 'Too large', status: 413, code: 'body_too_large' };
    const body = '{"imported": 1}';
    remote.on('POST', '/predictors/tickets/examples', (_request, n) =>
      n === 1 ? { status: 413, body: problem } : { body },
    );
    await remote.start();
    const file = await rowsFile('rows.csv', rows);
    const refused = await run(remote, ['import', 'tickets', file]);
    expect(refused.status).toBe(1);
    expect(refused.err).toBe('error: Too large\ncode: body_too_large (HTTP 413)\n');
    expect(await run(remote, ['import', 'tickets', file, '--json'])).toEqual({
      status: 0,
      out: `${body}\n`,
      err: '',
    });
  });
});
