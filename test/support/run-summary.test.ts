import { describe, expect, test } from '@jest/globals';
import { type RunResults, summary, together } from './run-summary.ts';
import { SKIPPED_FOR } from './skipped.ts';

function results(parts: Partial<RunResults>): RunResults {
  return {
    numPassedTests: 0,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    numRuntimeErrorTestSuites: 0,
    testResults: [],
    ...parts,
  };
}

describe('the summary of a run', () => {
  test('ends with the passed and the failed', () => {
    expect(summary(results({ numPassedTests: 12, numFailedTests: 1 }))).toEqual(['12 passed, 1 failed']);
  });

  test('counts a file that could not be loaded as a failure', () => {
    expect(summary(results({ numPassedTests: 3, numRuntimeErrorTestSuites: 1 }))).toEqual([
      '3 passed, 1 failed',
    ]);
  });

  test('is one of several runs', () => {
    const runs = [
      results({ numPassedTests: 12, numPendingTests: 1 }),
      results({ numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 1 }),
    ];
    expect(summary(together(runs)).at(-1)).toBe('15 passed, 2 failed, 1 skipped');
  });

  test('says what was skipped and why', () => {
    const block = `the titanic${SKIPPED_FOR}HUNDREDFOLD_TEST_DATA is not set`;
    const tests = [
      { ancestorTitles: [block], title: 'is learned', status: 'pending' },
      { ancestorTitles: [block, 'nested'], title: 'is judged', status: 'pending' },
      { ancestorTitles: ['other'], title: 'by hand', status: 'pending' },
      { ancestorTitles: ['other'], title: 'runs', status: 'passed' },
    ];
    expect(
      summary(results({ numPassedTests: 1, numPendingTests: 3, testResults: [{ testResults: tests }] })),
    ).toEqual([
      'Skipped:',
      '  HUNDREDFOLD_TEST_DATA is not set: the titanic (2 tests)',
      '  no reason given: other › by hand (1 test)',
      '1 passed, 0 failed, 3 skipped',
    ]);
  });
});
