// What `npm test` runs: jest over the files or folders given, all of them without; --long adds `*.long.test.ts`, and after
// everything else, with nothing beside it, each `*.alone.test.ts`. What runs in containers, test/docker, is run where it is
// named alone: npm run test:containers.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { type LeftOut, type RunResults, summary, together } from './support/run-summary.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const { isLong, inContainers, rest } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-run-${process.pid}-`));
let isEnded = false;
let jest: ChildProcess | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    isEnded = true;
    jest?.kill(signal);
  });
}

const results: RunResults[] = [];
let exitCode = 0;
for (const isAlone of isLong ? [false, true] : [false]) {
  if (!isEnded) exitCode = Math.max(exitCode, await runJest(isAlone));
}
const all = together(results);
const isNone = all.testResults.length === 0;
process.stdout.write(`\n${isNone ? 'no test was run' : summary(all, leftOut()).join('\n')}\n`);
rmSync(folder, { recursive: true, force: true });
process.exitCode = isNone ? 1 : exitCode;

/** Of a run of everything, what is run by another command. */
function leftOut(): LeftOut[] {
  if (rest.some((argument) => !argument.startsWith('-'))) return [];
  const files = readdirSync(path.join(REPOSITORY, 'test'), { recursive: true, encoding: 'utf8' });
  const count = (pattern: RegExp) => files.filter((file) => pattern.test(file)).length;
  const long = {
    files: count(/^(?!docker\b).*\.(long|alone)\.test\.ts$/),
    kind: 'long tests',
    run: 'npm run test:long',
  };
  const containers = {
    files: count(/^docker\b.*\.test\.ts$/),
    kind: 'tests in containers',
    run: 'npm run test:containers',
  };
  return isLong ? [containers] : [long, containers];
}

/** What jest ended with; its results are with the others. */
async function runJest(isAlone: boolean): Promise<number> {
  const file = path.join(folder, isAlone ? 'alone' : 'others');
  jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      createRequire(import.meta.url).resolve('jest/bin/jest'),
      `--rootDir=${REPOSITORY}`,
      ...rest,
      // A file that is named is of one of the two.
      ...(isLong ? ['--passWithNoTests'] : []),
      '--reporters=default',
      `--reporters=${path.join(REPOSITORY, 'test/support/run-reporter.mts')}`,
    ],
    {
      cwd: REPOSITORY,
      stdio: 'inherit',
      env: {
        ...process.env,
        HUNDREDFOLD_TEST_LONG: isLong ? '1' : '0',
        HUNDREDFOLD_TEST_CONTAINERS: inContainers ? '1' : '0',
        HUNDREDFOLD_TEST_ALONE: isAlone ? '1' : '0',
        HUNDREDFOLD_TEST_RESULTS: file,
      },
    },
  );
  const [code] = await once(jest, 'close');
  if (existsSync(file)) results.push(JSON.parse(readFileSync(file, 'utf8')));
  return code ?? 1;
}

function readArguments(given: readonly string[]) {
  return {
    isLong: given.includes('--long'),
    inContainers: given.some((argument) => /^(\.\/)?test\/docker\b/.test(argument)),
    rest: given.filter((argument) => argument !== '--long'),
  };
}
