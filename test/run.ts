// What `npm test` runs: jest over the files or folders given, all of them without; --long adds `*.long.test.ts`. What runs
// in containers, test/docker, is run where it is named alone: npm run test:containers.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const REPOSITORY = path.resolve(import.meta.dirname, '..');
const { isLong, inContainers, rest } = readArguments(process.argv.slice(2));
const folder = mkdtempSync(path.join(os.tmpdir(), `hundredfold-test-run-${process.pid}-`));
const summaryFile = path.join(folder, 'summary');

const jest = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    createRequire(import.meta.url).resolve('jest/bin/jest'),
    `--rootDir=${REPOSITORY}`,
    ...rest,
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
      HUNDREDFOLD_TEST_SUMMARY: summaryFile,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => jest.kill(signal));
}
jest.once('close', (code) => {
  process.stdout.write(`\n${readSummary()}`);
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = code ?? 1;
});

function readSummary(): string {
  try {
    return readFileSync(summaryFile, 'utf8');
  } catch {
    return 'no test was run\n';
  }
}

function readArguments(given: readonly string[]) {
  return {
    isLong: given.includes('--long'),
    inContainers: given.some((argument) => /^(\.\/)?test\/docker\b/.test(argument)),
    rest: given.filter((argument) => argument !== '--long'),
  };
}
