import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ROOT } from './templates/synthesised.ts';

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-${process.pid}-`));
  for (const file of ['launch.js', 'with-packages.js']) {
    cpSync(path.join(ROOT, 'bin', file), path.join(checkout, 'bin', file));
  }
  writeFileSync(path.join(checkout, 'package.json'), JSON.stringify({ name: 'whole', type: 'module' }));
  writeFileSync(
    path.join(checkout, 'entry.ts'),
    "import { said } from 'part'; console.log(said, ...process.argv.slice(2));",
  );
  provide('said one', '1.0.0');
});
afterEach(() => rmSync(checkout, { recursive: true }));

/** A folder `tool` with a lock, whose one package is beside it: nothing is fetched. */
function provide(said: string, version: string): void {
  mkdirSync(path.join(checkout, 'tool/part'), { recursive: true });
  const write = (file: string, content: string) => writeFileSync(path.join(checkout, 'tool', file), content);
  const part = { name: 'part', version, type: 'module', main: 'index.js' };
  const tool = { name: 'tool', private: true, dependencies: { part: 'file:part' } };
  write('part/package.json', JSON.stringify(part));
  write('part/index.js', `export const said = ${JSON.stringify(said)};`);
  write('package.json', JSON.stringify(tool));
  const packages = { '': tool, 'node_modules/part': { resolved: 'part', link: true }, part };
  write('package-lock.json', JSON.stringify({ name: 'tool', lockfileVersion: 3, requires: true, packages }));
  cpSync(path.join(checkout, 'entry.ts'), path.join(checkout, 'tool/entry.ts'));
}

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(checkout, 'bin/with-packages.js'), ...args],
    {
      encoding: 'utf8',
      cwd: os.tmpdir(),
    },
  );
  return {
    status,
    stdout,
    said: stderr.split('\n').filter((line) => /^(Installing|usage|The packages)/.test(line)),
  };
}

test('what a folder needs is installed the first time, which is said, and then its entry is run with its arguments', () => {
  expect(run('tool', 'tool/entry.ts', '--profile', 'x')).toEqual({
    status: 0,
    stdout: 'said one --profile x\n',
    said: ['Installing the packages of tool/, once …'],
  });
  expect(run('tool', 'tool/entry.ts')).toEqual({ status: 0, stdout: 'said one\n', said: [] });
});

test('with another lock it is installed again', () => {
  run('tool', 'tool/entry.ts');
  provide('said two', '2.0.0');
  expect(run('tool', 'tool/entry.ts')).toMatchObject({
    stdout: 'said two\n',
    said: ['Installing the packages of tool/, once …'],
  });
});

test('what cannot be installed ends with 1 and says so, and the entry is not run', () => {
  rmSync(path.join(checkout, 'tool/package.json'));
  const { status, stdout, said } = run('tool', 'tool/entry.ts');
  expect({ status, stdout, last: said.at(-1) }).toEqual({
    status: 1,
    stdout: '',
    last: 'The packages of tool/ could not be installed.',
  });
  expect(existsSync(path.join(checkout, 'tool/node_modules/.hundredfold-lock'))).toBe(false);
});

test('without an entry it says how it is used', () => {
  expect(run('tool')).toEqual({
    status: 2,
    stdout: '',
    said: ['usage: node bin/with-packages.js FOLDER[,FOLDER] ENTRY [ARGUMENTS]'],
  });
});
