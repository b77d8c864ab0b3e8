import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Command } from 'commander';
import { NO_AWS_ENVIRONMENT } from '../../services/cli/aws-environment.ts';
import { CLI_ERROR_CODES } from '../../services/cli/errors.ts';
import { buildProgram } from '../../services/cli/program.ts';
import { MemoryWriter } from './support/run.ts';

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

const [intro = '', ...parts] = readFileSync('docs/reference/cli.md', 'utf8').split(/^## /m);
const sections = new Map(
  parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return [heading, lines.join('\n')];
  }),
);

/** What stands in code marks at the start of the rows of a section's table. */
function tableCodes(section: string | undefined): string[] {
  return [...(section ?? '').matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code ?? '');
}

/** As its help shows it, without the word for its options: `import <predictor> <file>`. */
function usage(command: Command): string {
  return `${command.name()} ${command.usage().replace('[options]', '')}`.replace(/ +/g, ' ').trim();
}

function optionFlags(command: Command): string[] {
  return command.options.map(({ flags }) => flags);
}

describe('docs/reference/cli.md', () => {
  test('has a section for every command, and for no other', () => {
    const documented = [...sections.keys()].filter((heading) => heading.startsWith('`'));
    expect(documented).toEqual(program.commands.map((command) => `\`${usage(command)}\``));
  });

  test.each(program.commands.map((command) => [command.name(), command] as const))(
    '%s: the options of the help are those of the table',
    (_name, command) => {
      const section = sections.get(`\`${usage(command)}\``);
      expect(tableCodes(section).sort()).toEqual(optionFlags(command).sort());
    },
  );

  test.each(program.commands.map((command) => [command.name()]))(
    '%s has an example with its output',
    (name) => {
      const section = [...sections].find(([heading]) => new RegExp(`^\`${name}\\b`).test(heading))?.[1];
      expect(section).toMatch(new RegExp(`\`\`\`console\n\\$ npx hundredfold ${name}\\b[^\n]*\n[^\`]`));
    },
  );

  test('the options of every command are those of the help', () => {
    const documented = tableCodes(sections.get('Options of every command')).sort();
    expect(documented).toEqual([...optionFlags(program), '-h, --help'].sort());
  });

  test('lists every error code, and no other', () => {
    const errors = sections.get('Errors') ?? '';
    expect(tableCodes(errors).sort()).toEqual([...CLI_ERROR_CODES].sort());
  });

  test('gives the command lines that examples use', () => {
    const used = [...intro.matchAll(/npx hundredfold (\w+)/g)].map(([, name]) => name);
    expect(program.commands.map((command) => command.name())).toEqual(expect.arrayContaining(used));
  });
});
