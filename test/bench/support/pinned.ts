import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { REPOSITORY } from '../../support/process.ts';

export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** The words that put a command on one core, where the system has them; none elsewhere. */
export function onCore(core: number): string[] {
  try {
    execFileSync('taskset', ['-c', String(core), 'true'], { stdio: 'ignore' });
    return ['taskset', '-c', String(core)];
  } catch {
    return [];
  }
}

/**
 * Loads a URL over 32 connections; with `fresh`, no two bodies are alike. From the second core, unless `core` says
 * otherwise (null: from any); `rate` bounds the requests a second.
 */
export async function load(
  url: string,
  seconds: number,
  bodies: readonly string[],
  kind: 'repeated' | 'fresh',
  { core = 1, rate = 0 }: { core?: number | null; rate?: number } = {},
): Promise<Load> {
  const [command = process.execPath, ...args] = [
    ...(core === null ? [] : onCore(core)),
    process.execPath,
    'test/bench/support/load.ts',
    url,
    '32',
    String(seconds),
    JSON.stringify(bodies),
    kind,
    String(Math.round(rate)),
  ];
  const { stdout } = await promisify(execFile)(command, args, { cwd: REPOSITORY, maxBuffer: 1e8 });
  return JSON.parse(stdout);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}
