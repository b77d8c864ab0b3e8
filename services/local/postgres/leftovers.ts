import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PostgresError, systemCode } from '../local.error.ts';
import { processesIn, recordedPostmaster } from './cluster-processes.ts';

const FAST_SHUTDOWN = 5_000;
const IMMEDIATE_SHUTDOWN = 3_000;

/**
 * Ends the PostgreSQL that an earlier, killed Hundredfold left running in `cluster`: politely (SIGINT), then at once
 * (SIGQUIT), then by force. Never touches a process that does not work in this very folder. Afterwards the number
 * that the dead server left behind is removed, since PostgreSQL refuses to start while anybody else bears it.
 * @throws PostgresError postgres_failed_to_start when they cannot be ended.
 */
export async function endLeftovers(cluster: string): Promise<number> {
  const found = await processesIn(cluster);
  const postmaster = await recordedPostmaster(cluster);
  if (found.length > 0) {
    // Without their postmaster the others only wait to notice that it is gone.
    const alive = postmaster !== null && found.includes(postmaster);
    const gone =
      (alive && (await ended(cluster, [postmaster], 'SIGINT', FAST_SHUTDOWN))) ||
      (await ended(cluster, await processesIn(cluster), 'SIGQUIT', IMMEDIATE_SHUTDOWN)) ||
      (await ended(cluster, await processesIn(cluster), 'SIGKILL', IMMEDIATE_SHUTDOWN));
    if (!gone) {
      throw new PostgresError(
        'postgres_failed_to_start',
        `An earlier PostgreSQL still runs in ${cluster} (process ${found.join(', ')}) and cannot be stopped.`,
      );
    }
  }
  await rm(path.join(cluster, 'postmaster.pid'), { force: true });
  return found.length;
}

async function ended(
  cluster: string,
  pids: readonly number[],
  signal: NodeJS.Signals,
  milliseconds: number,
): Promise<boolean> {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (systemCode(error) !== 'ESRCH') throw error;
    }
  }
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(20)) {
    if ((await processesIn(cluster)).length === 0) return true;
  }
  return false;
}
