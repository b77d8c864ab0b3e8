import { describe, expect, test } from '@jest/globals';
import { type RunResults, summary, together } from './run-summary.ts';
import { FILES, RUN_BY, SKIPPED_FOR } from './skipped.ts';

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

  describe('says in one line what was skipped, for want of what, and which command runs it', () => {
    const data = `the titanic${SKIPPED_FOR}public data sets${RUN_BY}DATA=FOLDER npm test -- ${FILES}`;
    const pending = (ancestorTitles: string[]) => ({
      ancestorTitles,
      title: 'is learned',
      status: 'pending',
    });
    const file = (testFilePath: string, ...testResults: ReturnType<typeof pending>[]) => ({
      testFilePath,
      testResults,
    });

    test('by the names of the files, where they are few', () => {
      const files = [
        file('test/a.test.ts', pending([data]), pending([data, 'nested'])),
        file('test/b.test.ts', pending(['other']), { ...pending(['other']), status: 'passed' }),
        file('test/c.test.ts', pending([data])),
      ];
      expect(summary(results({ numPassedTests: 1, numPendingTests: 4, testResults: files }))).toEqual([
        'Not run:',
        '  3 tests, for want of public data sets: DATA=FOLDER npm test -- test/a.test.ts test/c.test.ts',
        '  1 test, for want of a reason: test/b.test.ts',
        '1 passed, 0 failed, 4 skipped',
      ]);
    });

    test('by all tests, where they are many', () => {
      const files = ['a', 'b', 'c', 'd'].map((name) => file(`test/${name}.test.ts`, pending([data])));
      expect(summary(results({ numPendingTests: 4, testResults: files }))).toEqual([
        'Not run:',
        '  4 tests, for want of public data sets: DATA=FOLDER npm test',
        '0 passed, 0 failed, 4 skipped',
      ]);
    });

    test('by the command of long tests, where there are such among them', () => {
      const files = [file('test/a.long.test.ts', pending([data]))];
      expect(summary(results({ numPendingTests: 1, testResults: files }))[1]).toBe(
        '  1 test, for want of public data sets: DATA=FOLDER npm run test:long -- test/a.long.test.ts',
      );
    });

    test('and the kinds of files that such a run leaves out', () => {
      const leftOut = [{ files: 18, kind: 'long tests', run: 'npm run test:long' }];
      expect(summary(results({ numPassedTests: 1 }), leftOut)).toEqual([
        'Not run:',
        '  18 files of long tests: npm run test:long',
        '1 passed, 0 failed',
      ]);
    });
  });
});
