import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NO_AWS_ENVIRONMENT } from '../../services/cli/aws-environment.ts';
import { buildProgram } from '../../services/cli/program.ts';
import { MemoryWriter } from '../cli/support/run.ts';
import { pages, ROOT } from './pages.ts';

const manifest: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
);
const program = buildProgram(
  {
    out: new MemoryWriter(),
    err: new MemoryWriter(),
    input: { isTTY: false, async *[Symbol.asyncIterator]() {} },
    environment: {
      url: 'http://127.0.0.1:3000',
      key: null,
      stack: null,
      aws: NO_AWS_ENVIRONMENT,
      colours: false,
    },
  },
  '0.0.0',
  async () => {},
);
const commands = new Set(['help', ...program.commands.map((command) => command.name())]);
const globalFlags = program.options.flatMap(({ short, long }) => [short, long]);
const withValue = program.options.filter(({ required }) => required).map(({ long }) => long);

/** Names that a page uses in a place, each with the page. */
function used(pattern: RegExp): { page: string; name: string }[] {
  return pages().flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map((match) => ({ page: file, name: match[1] ?? '' })),
  );
}

/** What is called in a shell line or in code marks: `npx hundredfold import services rows.csv`. */
function calls(): { page: string; words: string[] }[] {
  return used(/(?:^\$? *npx hundredfold|`(?:npx )?hundredfold) +([^\n`#]+)/gm).map(({ page, name }) => ({
    page,
    words: name.split(/ +/).map((word) => word.replace(/[.,:;]+$/, '')),
  }));
}

/** The command among the words of a call, which options of every command may stand before. */
function commandOf(words: readonly string[]): string | undefined {
  const at = words.findIndex(
    (word, index) => !word.startsWith('-') && !withValue.includes(words[index - 1] ?? ''),
  );
  return words[at];
}

describe('commands named in the docs', () => {
  test('every `npm run` script exists', () => {
    const scripts = used(/\bnpm run (?:-s )?([\w:-]+)/g);
    expect(scripts.length).toBeGreaterThan(5);
    expect(scripts.filter(({ name }) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  test('`npm start` and `npm test` exist', () => {
    expect(Object.keys(manifest.scripts)).toEqual(expect.arrayContaining(['start', 'test']));
  });

  test('every subcommand of `hundredfold` exists', () => {
    const named = calls().map(({ page, words }) => ({ page, command: commandOf(words) }));
    expect(named.length).toBeGreaterThan(30);
    const unknown = named.filter(
      ({ command }) => command !== undefined && command !== '…' && !commands.has(command),
    );
    expect(unknown).toEqual([]);
  });

  test('every option given to a subcommand is one that it has', () => {
    const unknown = calls().flatMap(({ page, words }) => {
      const command = program.commands.find((candidate) => candidate.name() === commandOf(words));
      const flags = [
        ...globalFlags,
        '--help',
        ...(command?.options ?? []).flatMap(({ short, long }) => [short, long]),
      ];
      return words
        .filter((word) => /^--?[a-z]/i.test(word))
        .map((word) => word.split('=')[0])
        .filter((word) => !flags.includes(word))
        .map((word) => `${page}: ${words.join(' ')}: ${word}`);
    });
    expect(unknown).toEqual([]);
  });

  test('every file of ours that is named with its folder exists', () => {
    const paths = used(
      /`((?:services|database|test|examples|bin|docs)\/[\w./-]*\w(?:\.(?:ts|js|json|sql|csv|md)|\/))`/g,
    );
    expect(paths.length).toBeGreaterThan(20);
    expect(
      paths.filter(({ name }) => !/NAME|NNNN|\/x\./.test(name) && !existsSync(path.join(ROOT, name))),
    ).toEqual([]);
  });

  test('every variable of the environment is one that our sources read', () => {
    const read = [
      'services/settings/variables.ts',
      'services/local/settings.ts',
      'services/cli/main.ts',
      'docker/compose.yaml',
      'test/support/requirement.ts',
      'test/bench/recording.ts',
    ]
      .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
      .join('\n');
    const flags = ['HUNDREDFOLD_PORT', 'HUNDREDFOLD_DATA', 'HUNDREDFOLD_HOST'];
    const named = used(/\b(HUNDREDFOLD_[A-Z_]+)\b/g);
    expect(named.filter(({ name }) => !read.includes(name) && !flags.includes(name))).toEqual([]);
  });
});
