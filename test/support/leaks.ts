import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TEST_POSTGRES } from './postgres-server.ts';
import { childrenOf, commandOf } from './running-processes.ts';

/** Sockets of pools and children's pipes, servers, children. A fetch keeps its connections for a while: not those. */
const RESOURCES = ['PipeWrap', 'TCPServerWrap', 'ProcessWrap', 'Worker'];

export interface LeakWatch {
  /**
   * To be called when the file has cleaned up after itself, last in its `afterAll`.
   * @throws Error naming the processes, temporary folders and open handles that this file left behind.
   */
  assertNone(): Promise<void>;
}

/** Remembers what there is now; call it first in a test file. What `drop()` of a test database tells is told there. */
export async function watchForLeaks(): Promise<LeakWatch> {
  const before = await present();
  return {
    async assertNone() {
      for (let attempt = 0; ; attempt++) {
        const left = [...(await present())].filter((thing) => !before.has(thing));
        if (left.length === 0) return;
        if (attempt === 40) throw new Error(`left behind by this file:\n${left.join('\n')}`);
        await sleep(50);
      }
    },
  };
}

async function present(): Promise<Set<string>> {
  const postgres = await runsPostgres();
  const children = (await childrenOf(process.pid)).filter((pid) => pid !== postgres.pid);
  const names = (await readdir(os.tmpdir())).filter(
    (name) =>
      name.startsWith('hundredfold-') &&
      name.includes(`-${process.pid}-`) &&
      !name.startsWith(TEST_POSTGRES) &&
      name !== postgres.socketFolder,
  );
  const handles = postgres.pid === 0 ? openHandles() : [];
  return new Set([
    ...(await Promise.all(children.map(async (pid) => `process ${await commandOf(pid)}`))),
    ...names.map((name) => `folder ${path.join(os.tmpdir(), name)}`),
    ...handles,
  ]);
}

function openHandles(): string[] {
  const counts = new Map<string, number>();
  return process.getActiveResourcesInfo().flatMap((kind) => {
    if (!RESOURCES.includes(kind)) return [];
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [`open ${kind} no. ${counts.get(kind)}`];
  });
}

/** The run's own PostgreSQL, which is this process's child when jest runs all files in one process. */
async function runsPostgres(): Promise<{ pid: number; socketFolder: string }> {
  const own = (await readdir(os.tmpdir())).find((name) => name.startsWith(`${TEST_POSTGRES}${process.pid}-`));
  if (own === undefined) return { pid: 0, socketFolder: '' };
  const folder = path.join(os.tmpdir(), own);
  const [record, pid] = await Promise.all([
    readFile(path.join(folder, 'postgres.socket'), 'utf8').catch(() => ''),
    readFile(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => ''),
  ]);
  return { pid: Number.parseInt(pid, 10) || 0, socketFolder: path.basename(record) };
}
