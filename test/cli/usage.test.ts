import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { run } from './support/run.ts';

const nobody = { url: 'http://127.0.0.1:3000' };
const packageVersion = /"version": "([^"]+)"/.exec(readFileSync('package.json', 'utf8'))?.[1];

describe('wrong usage exits with 2, and asks no server', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['status', '--frobnicate']],
    ['a missing argument', ['label', 'some-id']],
    ['one argument too many', ['models', 'tickets', 'more']],
    ['a model that is no number', ['promote', 'tickets', 'three']],
    ['model 0', ['promote', 'tickets', '0']],
    ['an unknown format', ['import', 'tickets', 'rows.csv', '--format', 'xlsx']],
    ['a row neither as fields nor as --row', ['predict', 'tickets']],
    ['a row both as fields and as --row', ['predict', 'tickets', 'a=1', '--row', '{}']],
    ['a --row that is not JSON', ['predict', 'tickets', '--row', '{query}']],
    ['a --row that is a list', ['predict', 'tickets', '--row', '[1]']],
    ['a time-out of nothing', ['status', '--timeout', '0']],
    ['a URL that is none', ['status', '--url', 'localhost']],
    ['a URL of another protocol', ['status', '--url', 'ftp://127.0.0.1/']],
    ['a password in the URL', ['status', '--url', 'http://me:secret@127.0.0.1/']],
    ['a key that no header can hold', ['status', '--key', 'a\nb']],
    ['a name that no URL can hold', ['models', 'half \ud800']],
    ['a name that would climb to another resource', ['models', '..']],
  ])('%s', async (_what, argv) => {
    const { status, out, err } = await run(nobody, argv);
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).not.toMatch(/server_unreachable/);
    expect(err.length).toBeGreaterThan(0);
  });

  test('a password in the URL is not repeated in the message', async () => {
    const { err } = await run(nobody, ['status', '--url', 'http://me:secret@127.0.0.1/']);
    expect(err).not.toContain('secret');
  });

  test('a wrong HUNDREDFOLD_URL is named as such', async () => {
    const { status, err } = await run({ url: 'nonsense' }, ['status']);
    expect(status).toBe(2);
    expect(err).toContain('HUNDREDFOLD_URL is "nonsense"');
  });

  test('a misspelt command is answered with the right one', async () => {
    expect((await run(nobody, ['exprot', 'tickets'])).err).toContain('Did you mean export?');
  });
});

describe('help and version', () => {
  test.each([[['--help']], [['help']], [['import', '--help']], [['help', 'import']]])(
    '%j prints to standard output, and is done',
    async (argv) => {
      const { status, out, err } = await run(nobody, argv);
      expect({ status, err }).toEqual({ status: 0, err: '' });
      expect(out).toMatch(/^Usage: hundredfold/);
    },
  );

  test('the version is that of package.json', async () => {
    expect(await run(nobody, ['--version'])).toEqual({ status: 0, out: `${packageVersion}\n`, err: '' });
  });
});
