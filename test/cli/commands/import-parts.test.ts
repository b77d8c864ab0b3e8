import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DRIVERS } from '../../database/drivers.ts';
import { type ListeningService, listenOver } from '../../predict/support/over-http.ts';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { StartedProcess } from '../../support/process.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function fileOf(name: string, text: string): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, text);
  return file;
}

/** More than two parts of 1 MiB in rows that are long, since each row costs. One in five hundred has no label. */
const ROWS = 1000;
const rowsOf = (what: string) =>
  Array.from({ length: ROWS }, (_, n) =>
    n % 500 === 7
      ? `${what} ${n},`
      : `"${what} ${n}\n${'long '.repeat(440)}",${n % 2 === 0 ? 'Lab' : 'Scan'}`,
  );
const csvOf = (what: string) => `query,service\n${rowsOf(what).join('\n')}\n`;
const BAD = ROWS / 500;

describe.each(DRIVERS)('import --parts, over %s', (driver) => {
  let service: ListeningService;
  beforeAll(async () => {
    service = await listenOver(driver);
    const definition = await fetch(`${service.url}/predictors/searches`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        name: 'searches',
        inputs: { query: { type: 'text', maxLength: 3_000 } },
        target: { name: 'service', type: 'label' },
      }),
    });
    expect(definition.status).toBe(201);
  });
  afterAll(() => service.stop());

  async function imported(): Promise<number> {
    const response = await fetch(`${service.url}/predictors/searches`);
    const { examples }: { examples: { imported: number } } = JSON.parse(await response.text());
    return examples.imported;
  }

  test('reads a packed file, another encoding and another separator as the service does with the whole', async () => {
    const few = (what: string, parted = ',') =>
      `query${parted}service\n"${what}\n1"${parted}Lab\n2${parted}Scan\n`;
    const files = [
      ['gzip.csv.gz', gzipSync(few('gzip')), []],
      ['utf16.csv', Buffer.from(`\ufeff${few('utf16')}`, 'utf16le'), []],
      ['sep.csv', Buffer.from(`sep=;\n${few('ü, ü', ';')}`), []],
      ['german.csv', Buffer.from(few('said', ';')), ['--separator', 'semicolon']],
    ] as const;
    for (const [name, bytes, options] of files) {
      const before = await imported();
      const file = path.join(folder.path, name);
      await writeFile(file, bytes);
      const { status, err } = await run(service, ['import', 'searches', file, '--parts', ...options]);
      expect([name, status, err.replace(/^warning: .*\n/gm, '')]).toEqual([name, 0, '']);
      expect(await imported()).toBe(before + 2);
    }
  });

  test('imports a file once, in parts or whole, with the lines of the file', async () => {
    const before = await imported();
    const file = await fileOf('rows.csv', csvOf('once'));
    const first = await run(service, ['import', 'searches', file, '--parts']);
    expect(first).toMatchObject({ status: 0, err: '' });
    // Each row but the bad ones takes two lines.
    expect(first.out).toContain(
      `imported ${ROWS - BAD}, rejected ${BAD}  (searches)\n  line 16: service is missing`,
    );
    expect(first.out).toContain('  line 1,015: ');
    for (const options of [['--parts'], []]) {
      const again = await run(service, ['import', 'searches', file, ...options]);
      expect(again.out).toContain('was imported before');
    }
    expect(await imported()).toBe(before + ROWS - BAD);
  });

  test.each([1, 2, 3])(
    'killed while it sends part %d and run again, it imports the file once',
    async (at) => {
      const before = await imported();
      const file = await fileOf('rows.csv', csvOf(`killed at ${at}`));
      // Stands between, lets parts pass until one is to be cut off, and then never answers.
      const parts: string[] = [];
      let reached = () => {};
      const cut = new Promise<void>((resolve) => {
        reached = resolve;
      });
      const between = new Remote().on('POST', '/predictors/searches/examples', async (received) => {
        const key = String(received.headers['idempotency-key']);
        parts.push(key);
        if (key.endsWith(`:${at}`)) {
          if (at > 1) await passOn(service.url, received.url, received.body, key);
          reached();
          return new Promise(() => {});
        }
        return passOn(service.url, received.url, received.body, key);
      });
      await between.start();
      const program = new StartedProcess({
        command: process.execPath,
        args: ['bin/hundredfold.js', 'import', 'searches', file, '--parts'],
        env: { HUNDREDFOLD_URL: between.url },
      });
      await cut;
      program.signal('SIGKILL');
      await program.exited;
      expect(await imported()).toBe(before);
      expect(parts).toHaveLength(1 + at);
      await between.stop();

      const sent: string[] = [];
      const watched = new Remote().on('POST', '/predictors/searches/examples', (received) => {
        sent.push(received.url.replace(/^.*\?/, ''));
        return passOn(service.url, received.url, received.body, String(received.headers['idempotency-key']));
      });
      await watched.start();
      const again = await run(watched, ['import', 'searches', file, '--parts']);
      await watched.stop();
      expect(again).toMatchObject({ status: 0 });
      expect(await imported()).toBe(before + ROWS - BAD);
      // What had arrived is not sent again: asked for, sent, closed; the first call closes where nothing is missing.
      const total = Number(/parts=(\d+)/.exec(sent[0] ?? '')?.[1]);
      const missing = total - (at > 1 ? at : 0);
      expect(sent).toHaveLength(missing === 0 ? 1 : missing + 2);
    },
  );

  test('NDJSON and a JSON list as well, and --no-train holds the training back', async () => {
    const before = await imported();
    const objects = rowsOf('json').map((query) => JSON.stringify({ query, service: 'Lab' }));
    for (const [name, text] of [
      ['rows.ndjson', objects.join('\n')],
      ['rows.json', `[${objects.join(',\n')}]`],
    ] as const) {
      const { status } = await run(service, [
        'import',
        'searches',
        await fileOf(name, text),
        '--parts',
        '--no-train',
      ]);
      expect(status).toBe(0);
    }
    expect(await imported()).toBe(before + 2 * ROWS);
  });

  test('a file that cannot be read to its end imports nothing', async () => {
    const before = await imported();
    const file = await fileOf('rows.csv', `${csvOf('open')}"never closed,Lab\n`);
    const { status, err } = await run(service, ['import', 'searches', file, '--parts']);
    expect([status, await imported()]).toEqual([1, before]);
    expect(err).toContain('csv_quote_unclosed');
    expect(err).toContain(`line ${2 * ROWS - BAD + 2} `);
  });
});

describe('import --parts, of a server that is ill', () => {
  const done = { imported: 1, rejected: [], rejectedTotal: 0, ignoredColumns: [] };
  const incomplete = {
    status: 409,
    body: { title: 'Missing', code: 'import_incomplete', errors: [{ field: '1', message: 'is missing' }] },
  };

  test('a part is sent again under its key while the server is busy', async () => {
    const remote = new Remote();
    const answers = [incomplete, { status: 503 }, { status: 502 }, { status: 202, body: {} }, { body: done }];
    remote.on('POST', '/predictors/p/examples', (_, n) => answers[n - 1] ?? { status: 500 });
    await remote.start();
    const { status } = await run(remote, ['import', 'p', await fileOf('r.csv', 'q,s\na,b\n'), '--parts']);
    await remote.stop();
    expect(status).toBe(0);
    const keys = remote.received.map(({ headers }) => String(headers['idempotency-key']).slice(64));
    expect(keys).toEqual(['', ':1', ':1', ':1', '']);
  });

  test.each([
    ['in Latin-1', Buffer.from('query,service\na,Lab\ncaf\u00e9,Lab\n', 'latin1'), 'not UTF-8 near line 3'],
    ['in UTF-16 that breaks off', Buffer.from('\ufeffquery,service\n', 'utf16le').subarray(0, -1), 'UTF-16'],
    ['that is a workbook', Buffer.from('PK\u0003\u0004\u0014', 'latin1'), 'save the sheet as "CSV UTF-8"'],
    ['of gzip that breaks off', gzipSync('query,service\na,Lab\n').subarray(0, -9), 'damaged or cut off'],
  ])('a file %s is refused before anything of it is sent', async (_name, bytes, says) => {
    const remote = await new Remote().start();
    const file = path.join(folder.path, 'rows.csv');
    await writeFile(file, bytes);
    const { status, err } = await run(remote, ['import', 'p', file, '--parts']);
    await remote.stop();
    expect([status, remote.received.length]).toEqual([1, 0]);
    expect(err).toContain(says);
  });

  test('an unknown predictor costs no part', async () => {
    const remote = await new Remote().start();
    const { status } = await run(remote, ['import', 'p', await fileOf('r.csv', 'q,s\na,b\n'), '--parts']);
    await remote.stop();
    expect([status, remote.received.length]).toEqual([1, 1]);
  });

  test('parts that are missing again and again end it', async () => {
    const remote = new Remote();
    remote.on('POST', '/predictors/p/examples', ({ url }) =>
      url.includes('part=') ? { status: 202, body: {} } : incomplete,
    );
    await remote.start();
    const { status, err } = await run(remote, [
      'import',
      'p',
      await fileOf('r.csv', 'q,s\na,b\n'),
      '--parts',
    ]);
    await remote.stop();
    expect(status).toBe(1);
    expect(err).toContain('import_incomplete');
  });
});

async function passOn(server: string, url: string, body: string, key: string) {
  const answer = await fetch(`${server}${url}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/csv', 'idempotency-key': key },
  });
  return { status: answer.status, body: await answer.text() };
}
