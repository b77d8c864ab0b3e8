import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemCode } from '../local.error.ts';

/**
 * When process `pid` started, in words that no other process with the same number shares, or null when it does not
 * run: a number alone is given to somebody else sooner or later. On Linux the boot and field 22 of /proc/PID/stat
 * (proc_pid_stat(5), in ticks since the boot), elsewhere what ps says.
 */
export async function startOf(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

async function fromProc(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The second field is the command in parentheses, which may hold spaces and parentheses itself.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : `${boot.trim()} ${fields[18]}`;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(systemCode(error))) return null;
    throw error;
  }
}

async function fromPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || null;
  } catch {
    return null;
  }
}
