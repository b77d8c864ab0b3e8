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

  test('--ids puts what a row is erased by before its columns, under names that no input has', async () => {
    const inputs = { example_id: { type: 'text' }, subject: { type: 'text' } };
    const examples = [
      { id: '7', prediction: null, inputs: { example_id: 'mine', subject: 'a' }, label: 'x' },
      { id: '5', prediction: 'p-1', inputs: { example_id: 'own', subject: 'b' }, label: 'y' },
    ];
    const named = { ...predictor, definition: { ...definition, inputs } };
    const second = await new Remote()
      .on('GET', '/predictors/named', () => ({ body: named }))
      .on('GET', '/predictors/named/examples', () => ({ body: { examples, next: null } }))
      .start();
    expect((await run(second, ['export', 'named', '--ids'])).out).toBe(
      '_example_id,prediction_id,example_id,subject,team\n7,,mine,a,x\n5,p-1,own,b,y\n',
    );
    const { out } = await run(second, ['export', 'named', '--ids', '--format', 'ndjson']);
    expect(JSON.parse(out.split('\n')[1] ?? '')).toEqual({
      ...{ _example_id: '5', prediction_id: 'p-1', example_id: 'own', subject: 'b', team: 'y' },
    });
    const narrow = ['--import', '3', '--label', 'x', '--find', 'a b'];
    await run(second, ['export', 'named', ...narrow]);
    const { searchParams } = new URL(second.received.at(-1)?.url ?? '', 'http://localhost');
    expect(Object.fromEntries(searchParams)).toEqual({ import: '3', label: 'x', q: 'a b', limit: '200' });
    await second.stop();
  });

  test('says where no row is of what was asked for; of an empty option, that it is empty', async () => {
    const empty = await new Remote()
      .on('GET', '/predictors/tickets', () => ({ body: predictor }))
      .on('GET', '/predictors/tickets/examples', () => ({ body: { examples: [], next: null } }))
      .start();
    expect(await run(empty, ['export', 'tickets', '--import', '3', '--label', 'Nope'])).toMatchObject({
      status: 0,
      err: 'No example is of import 3 and has the label "Nope".\n',
    });
    expect((await run(empty, ['export', 'tickets'])).err).toBe('There are no examples yet.\n');
    const asked = empty.received.length;
    for (const option of ['label', 'find', 'import']) {
      const { status, err } = await run(empty, ['export', 'tickets', `--${option}`, '']);
      expect([status, err]).toEqual([2, expect.stringContaining(`--${option} is empty`)]);
    }
    expect(empty.received).toHaveLength(asked);
    expect((await run(empty, ['export', ''])).err).toContain('A name or an id is empty');
    await empty.stop();
  });

  test('names columns as the file does, and writes dates so that `import` reads the same ones', async () => {
    const inputs = {
      on: { type: 'date', format: 'yyyy-dd-MM', column: 'Wann?' },
      paid: { type: 'date', format: 'dd/MM/yyyy' },
    };
    const target = { name: 'team', type: 'label', column: 'Group' };
    const examples = [
      { inputs: { on: '2026-03-04', paid: '2026-03-04' }, label: 'a' },
      { inputs: { on: '2026-03-04T12:00:00Z', paid: null }, label: 'b' },
    ];
    const second = await new Remote()
      .on('GET', '/predictors/named', () => ({ body: { ...predictor, definition: { inputs, target } } }))
      .on('GET', '/predictors/named/examples', () => ({ body: { examples, next: null } }))
      .start();
    expect((await run(second, ['export', 'named'])).out).toBe(
      'Wann?,paid,Group\n2026-04-03,2026-03-04,a\n2026-03-04T12:00:00Z,,b\n',
    );
    const { out } = await run(second, ['export', 'named', '--format', 'ndjson']);
    expect(JSON.parse(out.split('\n')[0] ?? '')).toEqual({ on: '2026-04-03', paid: '2026-03-04', team: 'a' });
    await second.stop();
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
