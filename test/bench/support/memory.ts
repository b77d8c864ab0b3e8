import { readFile } from 'node:fs/promises';
import type { StartedProcess } from '../../support/process.ts';

/** Megabytes of a process tree: `total` counts shared pages once (Pss), `resident` as often as they are mapped (Rss). */
export async function treeMemory(started: StartedProcess): Promise<{ total: number; resident: number }> {
  let [total, resident] = [0, 0];
  for (const pid of await started.tree()) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    total += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    resident += Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
  }
  return { total, resident };
}
