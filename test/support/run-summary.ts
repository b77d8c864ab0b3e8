import path from 'node:path';
import { FILES, RUN_BY, SKIPPED_FOR } from './skipped.ts';

/** What we read of the results that jest hands to a reporter. */
export interface RunResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly testResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** Of what jest hands over, what is read here. */
export function kept(results: RunResults): RunResults {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites } =
    results;
  return {
    ...{ numPassedTests, numFailedTests, numPendingTests, numTodoTests, numRuntimeErrorTestSuites },
    testResults: results.testResults.map((file) => ({
      testFilePath: path.relative(process.cwd(), file.testFilePath),
      testResults: file.testResults.map(({ ancestorTitles, title, status }) => ({
        ancestorTitles,
        title,
        status,
      })),
    })),
  };
}

/** The results of several runs as those of one. */
export function together(runs: readonly RunResults[]): RunResults {
  const sum = (of: (run: RunResults) => number) => runs.reduce((all, run) => all + of(run), 0);
  return {
    numPassedTests: sum((run) => run.numPassedTests),
    numFailedTests: sum((run) => run.numFailedTests),
    numPendingTests: sum((run) => run.numPendingTests),
    numTodoTests: sum((run) => run.numTodoTests),
    numRuntimeErrorTestSuites: sum((run) => run.numRuntimeErrorTestSuites),
    testResults: runs.flatMap((run) => run.testResults),
  };
}

/** A kind of test files that a run leaves out, and the command that runs them. */
export interface LeftOut {
  readonly files: number;
  readonly kind: string;
  readonly run: string;
}

/**
 * The last lines of a run: what was skipped and what was left out, a line each with the command that runs it, then
 * `N passed, N failed`, with `, N skipped` where some were. A file that could not even be loaded counts as a failure.
 */
export function summary(results: RunResults, leftOut: readonly LeftOut[] = []): string[] {
  const skipped = results.numPendingTests + results.numTodoTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const lines = [
    ...[...skippedBlocks(results).values()].map(lineOf),
    ...leftOut.map(({ files, kind, run }) => `  ${counted(files, 'file')} of ${kind}: ${run}`),
  ];
  const counts = `${results.numPassedTests} passed, ${failed} failed`;
  return [
    ...(lines.length === 0 ? [] : ['Not run:', ...lines]),
    skipped === 0 ? counts : `${counts}, ${skipped} skipped`,
  ];
}

interface Skipped {
  readonly missing: string;
  /** Null where nobody said how. */
  readonly run: string | null;
  readonly files: Set<string>;
  tests: number;
}

/** By what they lack. */
function skippedBlocks(results: RunResults): Map<string, Skipped> {
  const all = new Map<string, Skipped>();
  for (const { testFilePath, testResults } of results.testResults) {
    for (const { ancestorTitles, status } of testResults) {
      if (status !== 'pending' && status !== 'todo') continue;
      const [, why = ''] =
        ancestorTitles.find((name) => name.includes(SKIPPED_FOR))?.split(SKIPPED_FOR) ?? [];
      const [missing = '', run = null] = why === '' ? ['a reason'] : why.split(RUN_BY);
      const block = all.get(missing) ?? { missing, run, files: new Set(), tests: 0 };
      block.files.add(testFilePath);
      block.tests++;
      all.set(missing, block);
    }
  }
  return all;
}

/** More files than these are not named: all tests are run then. */
const NAMED = 3;

function lineOf({ missing, run, files, tests }: Skipped): string {
  const names = [...files].join(' ');
  const what = `  ${counted(tests, 'test')}, for want of ${missing}`;
  if (run === null) return `${what}: ${names}`;
  const command = /\.(long|alone)\.test\./.test(names) ? run.replace('npm test', 'npm run test:long') : run;
  return `${what}: ${files.size > NAMED ? command.replace(` -- ${FILES}`, '') : command.replace(FILES, names)}`;
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
