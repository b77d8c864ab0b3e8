import { SKIPPED_FOR } from './skipped.ts';

/** What we read of the results that jest hands to a reporter. */
export interface RunResults {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
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

/**
 * The last lines of a run: which tests were skipped and why, then `N passed, N failed`, with `, N skipped` where some
 * were. A file that could not even be loaded counts as a failure.
 */
export function summary(results: RunResults): string[] {
  const skipped = results.numPendingTests + results.numTodoTests;
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  const counts = `${results.numPassedTests} passed, ${failed} failed`;
  if (skipped === 0) return [counts];
  const reasons = [...skippedByReason(results)].map(([reason, names]) => `  ${reason}: ${list(names)}`);
  return ['Skipped:', ...reasons, `${counts}, ${skipped} skipped`];
}

function skippedByReason(results: RunResults): Map<string, string[]> {
  const byReason = new Map<string, string[]>();
  for (const { ancestorTitles, title, status } of results.testResults.flatMap((file) => file.testResults)) {
    if (status !== 'pending' && status !== 'todo') continue;
    const block = ancestorTitles.find((name) => name.includes(SKIPPED_FOR));
    const [name = '', reason = 'no reason given'] =
      block === undefined ? [[...ancestorTitles, title].join(' › ')] : block.split(SKIPPED_FOR);
    byReason.set(reason, [...(byReason.get(reason) ?? []), name]);
  }
  return byReason;
}

/** `name (3 tests), other (1 test)`. */
function list(names: readonly string[]): string {
  return [...new Set(names)]
    .map((name) => {
      const count = names.filter((other) => other === name).length;
      return `${name} (${count} ${count === 1 ? 'test' : 'tests'})`;
    })
    .join(', ');
}
