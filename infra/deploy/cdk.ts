import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROGRAM = path.join(ROOT, 'infra/node_modules/aws-cdk/bin/cdk');

/** What the CDK is told beside: it tells nobody that it was used, and fetches no news. */
const QUIET = { CDK_DISABLE_CLI_TELEMETRY: 'true' };

/**
 * Runs the pinned `cdk` in this terminal, so that it asks as it always does; resolves to its exit status. It ends before we do,
 * also after Ctrl-C, since CloudFormation goes on with what was begun and the CDK says so.
 */
export function runCdk(
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args, '--no-notices'], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...variables, ...QUIET },
    });
    // A terminal sends it to both; others send it to us alone.
    const interrupted = () => {};
    const terminated = () => child.kill('SIGTERM');
    process.on('SIGINT', interrupted).on('SIGTERM', terminated);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      process.off('SIGINT', interrupted).off('SIGTERM', terminated);
      resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]));
    });
  });
}
