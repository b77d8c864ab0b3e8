import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/**
 * Runs a program of PostgreSQL's to its end, as `account` where one is given.
 * @throws the system's error when it cannot be spawned at all (ENOENT, EACCES, EPERM).
 */
export function run(
  program: string,
  args: readonly string[],
  options: { account: Account | null; cwd?: string },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], {
      // A process group of its own: Ctrl-C in a terminal is for us to heed, and initdb has children to be ended too.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...options.account,
    });
    // When we are told to stop while it works, it is not to work on without us.
    const lastResort = () => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL');
    process.once('exit', lastResort);
    let output = '';
    const collect = (text: string) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('error', (error) => {
      process.removeListener('exit', lastResort);
      reject(error);
    });
    child.once('close', (code, signal) => {
      process.removeListener('exit', lastResort);
      resolve({ code, signal, output });
    });
  });
}
