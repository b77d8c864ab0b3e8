import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../../support/folder.ts';
import { numberPredictor, predictor } from '../support/answers.ts';
import { Remote } from '../support/remote.ts';
import { run } from '../support/run.ts';

const suggestions = [
  { label: 'Invoicing', probability: 0.934217 },
  { label: 'Sales\nand more', probability: 0.05 },
];
const answer = { predictor: 'tickets', model: 3, suggestions };

let remote: Remote;
beforeEach(async () => {
  remote = await new Remote()
    .on('GET', '/predictors/tickets', () => ({ body: predictor }))
    .on('GET', '/predictors/prices', () => ({ body: numberPredictor }))
    .on('POST', '/predictors/tickets/predictions', () => ({
      status: 201,
      body: { id: 'p-1', ...answer, recorded: true },
    }))
    .on('POST', '/predictors/tickets/suggestions', () => ({ body: answer }))
    .on('GET', '/predictors/codes', () => ({
      body: {
        definition: {
          inputs: {
            subject: { type: 'category' },
            age: { type: 'number', optional: true, missing: [-200, 'N/A'] },
            urgent: { type: 'boolean', optional: true },
            Größe: { type: 'number', optional: true },
          },
        },
      },
    }))
    .on('POST', '/predictors/codes/predictions', () => ({
      status: 201,
      body: { id: 'p-3', ...answer, unknown: ['subject'], recorded: true },
    }))
    .on('POST', '/predictors/prices/predictions', () => ({
      status: 201,
      body: {
        id: 'p-2',
        predictor: 'prices',
        model: 1,
        value: 412345.678,
        interval: { low: 399_000.1, high: 431_000, coverage: 0.9 },
        recorded: 'deferred',
      },
    }))
    .start();
});
afterEach(() => remote.stop());

function sent(): unknown {
  const post = remote.received.find(({ method }) => method === 'POST');
  return post === undefined ? undefined : JSON.parse(post.body);
}

describe('predict', () => {
  test('sends fields as the types of the definition, and prints the suggestions and the id', async () => {
    const row = ['subject=Invoice = twice', 'age=-3.5', 'urgent=yes', 'a=b=c'];
    expect(await run(remote, ['predict', 'tickets', ...row])).toEqual({
      status: 0,
      out: [
        'SUGGESTION       PROBABILITY',
        'Invoicing              0.934  [##################--]',
        'Sales\\nand more        0.050  [#-------------------]',
        'stored as p-1; model 3 of tickets',
        '',
      ].join('\n'),
      err: '',
    });
    expect(sent()).toEqual({ subject: 'Invoice = twice', age: -3.5, urgent: true, 'a=b': 'c' });
  });

  test('an empty value is missing, a field that is not given is left out', async () => {
    await run(remote, ['predict', 'tickets', 'subject=007', 'age=', 'urgent=0']);
    expect(sent()).toEqual({ subject: '007', age: null, urgent: false });
  });

  test('words for true and false are those of a file, and what the definition declares as missing is missing', async () => {
    await run(remote, ['predict', 'codes', 'subject=-', 'age=N/A', 'urgent=Off', 'Gro\u0308ße =3']);
    expect(sent()).toEqual({ subject: '-', age: null, urgent: false, Größe: 3 });
  });

  test('a category that the model has not learned is warned of', async () => {
    const { out, err } = await run(remote, ['predict', 'codes', 'subject=3']);
    expect(out).toContain('stored as p-3');
    expect(err).toBe('warning: subject holds a category that the model has not learned\n');
  });

  test('--suggest stores nothing, and says so', async () => {
    const { out } = await run(remote, ['predict', 'tickets', 'subject=x', '--suggest']);
    expect(out).toContain('not stored; model 3 of tickets');
    expect(remote.received.map(({ url }) => url)).toContain('/predictors/tickets/suggestions');
  });

  test('a number stands with its interval, and a row that is kept for later is told as such', async () => {
    const { out } = await run(remote, ['predict', 'prices', 'subject=x']);
    expect(out).toBe('412346  (90 % between 399000 and 431000)\nwill be stored as p-2; model 1 of prices\n');
  });

  test('--json prints the answer alone', async () => {
    const { out, err } = await run(remote, ['predict', 'tickets', 'subject=x', '--json']);
    expect(JSON.parse(out)).toEqual({ id: 'p-1', ...answer, recorded: true });
    expect(err).toBe('');
  });

  test.each([
    ['an unknown field', ['colour=red'], '"colour" is not a field of this predictor'],
    ['a field without a value', ['subject'], 'not of the form field=value'],
    ['a field given twice', ['age=1', 'age=2'], '"age" is given twice'],
    ['a word for a number', ['age=old'], '"age" is a number, and "old" is not'],
    ['a number that is too large', ['age=1e999'], '"age" is a number'],
    ['a number in hexadecimal', ['age=0x10'], '"age" is a number'],
    ['a word for true or false', ['urgent=maybe'], '"urgent" is true or false'],
  ])('%s is wrong usage, and nothing is stored', async (_what, row, message) => {
    const { status, err } = await run(remote, ['predict', 'tickets', ...row]);
    expect(status).toBe(2);
    expect(err).toContain(message);
    expect(sent()).toBeUndefined();
  });

  test('wrong fields are answered with the right ones', async () => {
    expect((await run(remote, ['predict', 'tickets', 'colour=red'])).err).toContain(
      'The fields are: subject, age, urgent, a=b.',
    );
  });
});

describe('predict while the database is away', () => {
  const away = {
    title: 'The database is away',
    status: 503,
    detail: 'The database does not answer; try again soon.',
    code: 'database_unavailable',
  };
  const meanwhile = `--row '{"field":"value"}', is answered meanwhile`;

  beforeEach(async () => {
    await remote.stop();
    remote = new Remote().on('GET', '/predictors/tickets', () => ({ status: 503, body: away }));
    await remote.start();
  });

  test('says that fields cannot be read, and that a row is answered and recorded later', async () => {
    const { status, err } = await run(remote, ['predict', 'tickets', 'subject=x']);
    expect(status).toBe(1);
    expect(err).toContain('The database does not answer; try again soon.');
    expect(err).toContain(`${meanwhile}: the prediction is kept, and recorded later.`);
    expect(err).toContain('code: database_unavailable (HTTP 503)');
  });

  test('--suggest promises no record', async () => {
    const { err } = await run(remote, ['predict', 'tickets', 'subject=x', '--suggest']);
    expect(err).toContain(`${meanwhile}.\n`);
  });

  test('--json has the problem document alone', async () => {
    const { err } = await run(remote, ['predict', 'tickets', 'subject=x', '--json']);
    expect(JSON.parse(err)).toEqual(away);
  });
});

describe('predict while nothing keeps the row', () => {
  const full = { status: 503, headers: { 'retry-after': '0' }, body: { title: 'Full', code: 'not_kept' } };

  test.each([
    ['predictions', []],
    ['suggestions', ['--suggest']],
  ])('asks again (%s); what is stored is stored once', async (kind, options) => {
    await remote.stop();
    remote = new Remote().on('POST', `/predictors/tickets/${kind}`, (_request, n) =>
      n === 1 ? full : { body: { id: 'p-1', ...answer, recorded: true } },
    );
    await remote.start();
    expect((await run(remote, ['predict', 'tickets', '--row', '{"subject":"x"}', ...options])).status).toBe(
      0,
    );
    const keys = remote.received.map(({ headers }) => headers['idempotency-key']);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    expect(keys[0] === undefined).toBe(kind === 'suggestions');
  });
});

describe('predict --row', () => {
  test('sends the row itself, from the command line or standard input', async () => {
    expect((await run(remote, ['predict', 'tickets', '--row', '{"subject":"","age":1}'])).status).toBe(0);
    expect(sent()).toEqual({ subject: '', age: 1 });
    const input = ['{"sub', 'ject":"ü"}'];
    await run(remote, ['predict', 'tickets', '--row', '-'], { input });
    expect(remote.received.at(-1)?.body).toBe('{"subject":"ü"}');
  });

  test('sends the row as it was written, so that the server sees what JavaScript would lose', async () => {
    const row = '{"subject":"a","subject":"b","age":12345678901234567890}';
    for (const options of [[], ['--suggest']]) {
      await run(remote, ['predict', 'tickets', '--row', row, ...options]);
      expect(remote.received.at(-1)?.body).toBe(row);
    }
  });

  test('sends the row in a file', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder.path, 'row.json'), '{"subject":"filed"}');
    await run(remote, ['predict', 'tickets', '--row', `@${folder.path}/row.json`]);
    await folder.remove();
    expect(sent()).toEqual({ subject: 'filed' });
  });
});
