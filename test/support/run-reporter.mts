import { writeFileSync } from 'node:fs';
import { type RunResults, summary } from './run-summary.ts';

/** Leaves the summary of the run in the file that test/run.ts names, which prints it when jest has ended. */
export default class RunReporter {
  onRunComplete(_contexts: unknown, results: RunResults): void {
    const file = process.env.HUNDREDFOLD_TEST_SUMMARY;
    if (file !== undefined) writeFileSync(file, `${summary(results).join('\n')}\n`);
  }
}
