import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The variable by which a test knows its processes again, however far down: every child inherits it. */
export const MARK = 'HUNDREDFOLD_TEST_MARK';

/** The running processes that were started with `mark` in their environment, in no order. */
export async function processesMarked(mark: string): Promise<number[]> {
  return process.platform === 'linux' ? fromProc(`${MARK}=${mark}`) : fromPs(`${MARK}=${mark}`);
}

async function fromProc(assignment: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    // Empty for a process that has ended and whose parent has not asked for its exit code yet.
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(assignment)) found.push(Number(name));
  }
  return found;
}

/** macOS: `ps -E` writes the environment behind the command. */
async function fromPs(assignment: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-E', '-ww', '-o', 'pid=,command=']);
  return stdout
    .split('\n')
    .filter((line) => line.includes(assignment))
    .map((line) => Number.parseInt(line, 10));
}

/** The running children of `pid`. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,comm=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, state, name]) => Number(parent) === pid && !state?.startsWith('Z') && name !== 'ps')
    .map(([child]) => Number(child));
}

/** What a process was started as, for a message that a person reads. */
export async function commandOf(pid: number): Promise<string> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '(ended)',
  }));
  return `${pid} ${stdout.trim().slice(0, 120)}`;
}
