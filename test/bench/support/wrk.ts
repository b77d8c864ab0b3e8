import { execFile, execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../support/folder.ts';
import { REPOSITORY } from '../../support/process.ts';
import type { Load } from './pinned.ts';

/** Is wrk on the path? */
export function hasWrk(): boolean {
  try {
    // It prints its version, and ends with 1.
    execFileSync('wrk', ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}

/**
 * Loads a URL over so many connections with wrk, which takes 7 to 14 µs of the machine for a request where autocannon
 * takes 16 to 38; with `fresh`, no two bodies are alike.
 */
export async function loadWithWrk(
  url: string,
  seconds: number,
  bodies: readonly string[],
  kind: 'repeated' | 'fresh',
  connections = 32,
): Promise<Load> {
  const folder = await temporaryFolder();
  try {
    const file = `${folder.path}/bodies`;
    await writeFile(file, `${bodies.join('\n')}\n`);
    const script = `${REPOSITORY}test/bench/support/rows.lua`;
    const args = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}`, '-s', script, url, '--', file, kind];
    const { stdout } = await promisify(execFile)('wrk', args);
    return JSON.parse(/^SEEN (.*)$/m.exec(stdout)?.[1] ?? '');
  } finally {
    await folder.remove();
  }
}
