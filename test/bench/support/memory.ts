import { readFile } from 'node:fs/promises';
import type { StartedProcess } from '../../support/process.ts';
import { childrenOf } from '../../support/running-processes.ts';

export interface TreeMemory {
  readonly processes: number;
  /** Megabytes, shared pages counted once (Pss). */
  readonly total: number;
  /** Megabytes, shared pages counted as often as they are mapped (Rss). */
  readonly resident: number;
}

/** What a process and all its descendants take, PostgreSQL's included, which hide their environment. */
export async function treeMemory(started: StartedProcess): Promise<TreeMemory> {
  let [processes, total, resident] = [0, 0, 0];
  const left = [started.pid];
  for (let pid = left.pop(); pid !== undefined; pid = left.pop()) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    processes += 1;
    total += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    resident += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    left.push(...(await childrenOf(pid)));
  }
  return { processes, total, resident };
}
