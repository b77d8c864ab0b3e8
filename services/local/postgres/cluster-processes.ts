import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../local.error.ts';
import { run } from './run.ts';

const OURS = new Set(['postgres', 'initdb']);

/**
 * The processes of PostgreSQL that work in `cluster`: every server process makes its data folder its working folder
 * and stays there, so this tells them from any other process, whatever number it was given.
 */
export async function processesIn(cluster: string): Promise<number[]> {
  const folder = await realpath(cluster);
  return process.platform === 'linux' ? fromProc(folder) : fromLsof(folder);
}

async function fromProc(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const [cwd, program] = await Promise.all([
      linkOf(`/proc/${name}/cwd`),
      // A program that was replaced on disk since it started is listed as "…/postgres (deleted)".
      linkOf(`/proc/${name}/exe`),
    ]);
    if (cwd === folder && OURS.has(path.basename(program.replace(/ \(deleted\)$/, '')))) {
      found.push(Number(name));
    }
  }
  return found;
}

/** Where a link of /proc leads; nowhere for a process that has ended or belongs to somebody else. */
async function linkOf(link: string): Promise<string> {
  try {
    return await readlink(link);
  } catch {
    return '';
  }
}

/** macOS: `lsof -Fpn` prints a line `p123` for each process and `n/folder` for its working folder. */
async function fromLsof(folder: string): Promise<number[]> {
  const found: number[] = [];
  let pid = 0;
  const { output } = await run('lsof', ['-a', '-c', '/^(postgres|initdb)$/', '-d', 'cwd', '-Fpn'], {
    account: null,
  });
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    if (line === `n${folder}`) found.push(pid);
  }
  return found;
}

/** The postmaster's number as the cluster remembers it, which after a crash may be anybody's by now. */
export async function recordedPostmaster(cluster: string): Promise<number | null> {
  const [first] = await postmasterFile(cluster);
  const pid = Number(first);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/** Whether the postmaster `pid` takes connections: it writes so on the eighth line of its file. */
export async function isReady(cluster: string, pid: number): Promise<boolean> {
  const lines = await postmasterFile(cluster);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

async function postmasterFile(cluster: string): Promise<string[]> {
  try {
    return (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}
