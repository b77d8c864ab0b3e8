import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { type TemporaryFolder, temporaryFolder } from '../../support/folder.ts';
import { definition, numberPredictor, predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const subjects = [
  'plain',
  'a,b',
  'say "no"',
  'two\r\nlines',
  ' blanks ',
  '007',
  '',
  '=1+1',
  '\ufeffmark',
  '🙂',
];

/** Three pages of examples, each with its cursor. */
const pages = [subjects.slice(0, 4), subjects.slice(4), []].map((page) =>
  page.map((subject) => ({
    id: '1',
    inputs: { subject, age: 1.5, urgent: false, 'a=b': null },
    label: `team of ${subject}`,
    source: 'imported',
    createdAt: '2026-11-20T08:15:00.000Z',
  })),
);

let remote: Remote;
let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
  remote = new Remote()
    .on('GET', '/predictors/tickets', () => ({ body: predictor }))
    .on('GET', '/predictors/tickets/examples', ({ url }) => {
      const page = Number(new URL(url, 'http://localhost').searchParams.get('cursor') ?? 0);
      return { body: { examples: pages[page], next: page === 2 ? null : String(page + 1) } };
    });
  await remote.start();
});
afterEach(async () => {
  await remote.stop();
  await folder.remove();
});

describe('export', () => {
  test('writes CSV that reads back as it was, of all pages', async () => {
    const { status, out, err } = await run(remote, ['export', 'tickets']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const [header, ...rows]: string[][] = parse(out, { bom: true });
    expect(header).toEqual([...Object.keys(definition.inputs), 'team']);
    expect(rows).toEqual(subjects.map((subject) => [subject, '1.5', 'false', '', `team of ${subject}`]));
  });

  test('writes NDJSON, in which an empty text and a missing value stay two things', async () => {
    const { out } = await run(remote, ['export', 'tickets', '--format', 'ndjson']);
    const rows: unknown[] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(subjects.length);
    expect(rows[6]).toEqual({ subject: '', age: 1.5, urgent: false, 'a=b': null, team: 'team of ' });
  });

  test('--json is the list of the API, all pages in one', async () => {
    const { out } = await run(remote, ['export', 'tickets', '--json']);
    expect(JSON.parse(out)).toEqual({ examples: pages.flat(), next: null });
  });

  test('of a predictor of numbers writes the value', async () => {
    const examples = [{ inputs: { subject: 'house' }, value: 0, source: 'imported' }];
    const second = await new Remote()
      .on('GET', '/predictors/prices', () => ({ body: numberPredictor }))
      .on('GET', '/predictors/prices/examples', () => ({ body: { examples, next: null } }))
      .start();
    expect((await run(second, ['export', 'prices'])).out).toBe('subject,age,urgent,a=b,price\nhouse,,,,0\n');
    await second.stop();
  });
});

describe('export --out', () => {
  test('writes the file, in the format of its name', async () => {
    const file = path.join(folder.path, 'rows.ndjson');
    expect(await run(remote, ['export', 'tickets', '--out', file])).toEqual({
      status: 0,
      out: `wrote 10 rows to ${file}\n`,
      err: '',
    });
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(11);
    expect(await readdir(folder.path)).toEqual(['rows.ndjson']);
  });

  test('leaves the former file, and no half of a new one, when a page fails', async () => {
    const file = path.join(folder.path, 'rows.csv');
    await run(remote, ['export', 'tickets', '--out', file]);
    const former = await readFile(file, 'utf8');
    const ill = await new Remote()
      .on('GET', '/predictors/tickets', () => ({ body: predictor }))
      .on('GET', '/predictors/tickets/examples', (_request, n) =>
        n === 1
          ? { body: { examples: pages[0], next: 'c2' } }
          : { status: 503, body: { title: 'The database sleeps', code: 'database_unavailable' } },
      )
      .start();
    const { status, err } = await run(ill, ['export', 'tickets', '--out', file]);
    await ill.stop();
    expect(status).toBe(1);
    expect(err).toContain('code: database_unavailable');
    expect(await readFile(file, 'utf8')).toBe(former);
    expect(await readdir(folder.path)).toEqual(['rows.csv']);
  });

  test('writes into what is no ordinary file, and does not replace it', async () => {
    expect((await run(remote, ['export', 'tickets', '--out', '/dev/null'])).status).toBe(0);
    expect(await readFile('/dev/null', 'utf8')).toBe('');
  });

  test('a folder cannot be written', async () => {
    const inner = path.join(folder.path, 'inner');
    await mkdir(inner);
    const { status, err } = await run(remote, ['export', 'tickets', '--out', inner]);
    expect(status).toBe(1);
    expect(err).toContain(`${inner} cannot be written: it is a folder.`);
  });

  test('a folder that is not there is said in words', async () => {
    const file = path.join(folder.path, 'nowhere', 'rows.csv');
    const { status, err } = await run(remote, ['export', 'tickets', '--out', file]);
    expect(status).toBe(1);
    expect(err).toContain(`${file} cannot be written: there is no such folder.`);
  });
});
