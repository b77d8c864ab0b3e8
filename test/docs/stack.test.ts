import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { ALARMS } from '../../infra/constructs/monitoring/alarm-table.ts';
import { SETTINGS } from '../../infra/settings/table.ts';
import { PROFILES } from '../../infra/settings.ts';
import { STACK_STATES, stateOf } from '../../services/cli/aws/stack-states.ts';
import { ROOT } from './pages.ts';

const page = readFileSync(path.join(ROOT, 'docs/reference/stack.md'), 'utf8');
const source = (file: string) => readFileSync(path.join(ROOT, 'infra', file), 'utf8');

/** The rows of the tables below a heading, as their cells. */
function rows(heading: string): string[][] {
  const [, after = ''] = page.split(`\n${heading}\n`);
  const [section = ''] = after.split(/\n#/);
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()));
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return value.toLocaleString('en');
  return typeof value === 'string' ? `\`${value}\`` : 'none';
}

test('the settings of the docs are those of the table, with the values of both profiles', () => {
  const { development, production } = PROFILES;
  const settings = Object.entries(SETTINGS).map(([name, { help }]) => {
    const of = (profile: object) => shown(Object.entries(profile).find(([key]) => key === name)?.[1]);
    return [`\`${name}\``, of(development), of(production), help];
  });
  expect(rows('## Settings')).toEqual(settings);
});

test('the alarms of the docs are those of the stack', () => {
  expect(rows('## Alarms')).toEqual(Object.entries(ALARMS).map(([name, { help }]) => [`\`${name}\``, help]));
});

test('every construct that the docs name is one, and every class of a construct is named or part of one that is', () => {
  const named = rows('## What it makes').map(([name]) => name?.replaceAll('`', ''));
  const classes = globSync('constructs/*.ts', { cwd: path.join(ROOT, 'infra') }).flatMap((file) =>
    [...source(file).matchAll(/^export class (\w+) extends /gm)].map(([, name]) => name),
  );
  const parts = ['ImageFunction', 'Permissions'];
  expect(named.toSorted()).toEqual(classes.filter((name) => !parts.includes(name ?? '')).toSorted());
});

test('the answers of API Gateway are those that the stack gives it', () => {
  const codes = [...source('constructs/gateway-answers.ts').matchAll(/code: '(\w+)'/g)].map(
    ([, code]) => `\`${code}\``,
  );
  expect(codes.length).toBeGreaterThan(5);
  expect(rows('### What API Gateway answers by itself').map(([code]) => code)).toEqual(codes);
});

test('the errors of synthesis are named', () => {
  const codes = globSync('{*,settings/*,constructs/*}.ts', { cwd: path.join(ROOT, 'infra') }).flatMap(
    (file) => [...source(file).matchAll(/readonly code = '(\w+)'/g)].map(([, code]) => `\`${code}\``),
  );
  expect(
    rows('## Errors')
      .map(([code]) => code)
      .toSorted(),
  ).toEqual(codes.toSorted());
});

test('the outputs of the docs are those of the stack', () => {
  const outputs = [
    ...source('hundredfold-stack.ts').matchAll(/^ {6}(?:\.\.\.\(domain.*\{ )?([A-Z]\w+): /gm),
  ].map(([, name]) => `\`${name}\``);
  expect(rows('## Outputs').map(([name]) => name)).toEqual(outputs);
});

test('the states of a stack are those of the table, with what each tool does', () => {
  const COMMANDS = { works: /^works$/, may: /^works.* with a warning$/, stops: /^stops$/ } as const;
  const DEPLOY = {
    makes: /^makes/,
    anew: /^takes it away and makes it anew$/,
    updates: /^updates it$/,
    asks: /the cdk asks to roll back$/,
    stops: /^stops: ./,
  } as const;
  const DESTROY = { removes: /^removes it$/, stops: /^stops: ./ } as const;
  const told = rows('## The states of a stack').map(([state = '', ...cells]) => [
    /^`(\w+)`/.exec(state)?.[1],
    ...cells,
  ]);
  expect(told.map(([state]) => state).sort()).toEqual(Object.keys(STACK_STATES).sort());
  for (const [state = '', ...cells] of told) {
    const { commands, deploy, destroy } = stateOf(state);
    expect([state, ...cells]).toEqual([
      state,
      expect.stringMatching(COMMANDS[commands]),
      expect.stringMatching(DEPLOY[deploy]),
      expect.stringMatching(DESTROY[destroy]),
    ]);
  }
});
