import { accountFor } from './account.ts';

import { findBinaries } from './binaries.ts';
import { BoundedLog } from './bounded-log.ts';
import { refuseClosedParent } from './closed-parent.ts';
import { ensureCluster, NAME } from './cluster.ts';
import { dataFolder } from './data-folder-path.ts';
import { ensureDatabase, socketConnectionString } from './database.ts';
import { endLeftovers } from './leftovers.ts';
import { type Exit, ServerProcess } from './server-process.ts';
import { serverSettings, settingArguments } from './server-settings.ts';
import { createSocketFolder, removeSocketFolder } from './socket-folder.ts';
import { type Restart, Supervisor } from './supervisor.ts';

export interface StartPostgresOptions {
  /** The cluster's folder. Made (0700) on the first start; `.log` and `.socket` files stand beside it. */
  readonly folder: string;
  /** What a person may want to know, a line at a time. */
  readonly report?: (line: string) => void;
  /** Called each time a server that ended by itself runs again, under the same connection string. */
  readonly onRestart?: (restart: Restart) => void;
  /** False where the data may be lost with the power: tests. */
  readonly durable?: boolean;
}

export interface RunningPostgres {
  /** Of the database `hundredfold`, for its owner, over a private socket. Stays the same across restarts. */
  readonly connectionString: string;
  /** The postmaster's process; another one after a restart. */
  readonly pid: number;
  /** Ends the server and removes its socket; may be called again. Under 8 s. */
  stop(): Promise<void>;
  /** Resolves when the server is gone for good, which is when it was stopped. */
  readonly exited: Promise<Exit>;
}

/**
 * Starts the embedded PostgreSQL on the cluster in `folder`, which is made first if it is not there, and keeps it
 * running. The caller holds the data folder's lock: a server that already runs there is taken for a dead one's.
 * @throws PostgresError postgres_unavailable, postgres_failed_to_start
 * @throws DataFolderError data_folder_parent_closed
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const { folder, durable = true, report = () => {}, onRestart = () => {} } = options;
  const account = await accountFor(folder);
  const binaries = await findBinaries(account, report);
  await refuseClosedParent(folder, account);
  await ensureCluster(folder, binaries, account, durable);
  if ((await endLeftovers(folder)) > 0) report('Stopped the PostgreSQL that an earlier start left running.');

  const record = `${folder}.socket`;
  const socketFolder = await createSocketFolder(record, account);
  const log = new BoundedLog(`${folder}.log`);
  const args = [
    '-D',
    dataFolder(folder, account),
    ...settingArguments(serverSettings(socketFolder, durable)),
  ];
  const launch = async () => {
    await endLeftovers(folder);
    return new ServerProcess({ program: binaries.postgres, args, cluster: folder, account }, log);
  };
  try {
    const first = await launch();
    await first.ready();
    await ensureDatabase(socketConnectionString(socketFolder, NAME, 'postgres'), NAME);
    const supervisor = new Supervisor(first, launch, onRestart, report);
    let stopped: Promise<void> | undefined;
    return {
      connectionString: socketConnectionString(socketFolder, NAME, NAME),
      exited: supervisor.exited,
      get pid() {
        return supervisor.pid;
      },
      stop() {
        stopped ??= supervisor.stop().then(() => removeSocketFolder(record));
        return stopped;
      },
    };
  } catch (error) {
    await endLeftovers(folder);
    await removeSocketFolder(record);
    throw error;
  }
}
