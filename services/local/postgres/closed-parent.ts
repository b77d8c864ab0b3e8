import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataFolderError } from '../local.error.ts';
import type { Account } from './account.ts';
import { dataFolder } from './data-folder-path.ts';
import { firstClosedFolder } from './traversal.ts';

/**
 * Makes the cluster's parent where it is missing, and makes sure that `account` can get to the cluster.
 * @throws DataFolderError data_folder_parent_closed naming the folder that it cannot enter.
 */
export async function refuseClosedParent(
  cluster: string,
  account: Account | null,
  told: string = dataFolder(cluster, account),
): Promise<void> {
  const parent = path.dirname(cluster);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (account === null || told !== cluster) return;
  let closed = await firstClosedFolder(parent, account);
  if (closed === (await realpath(parent))) {
    // The data folder itself is ours to open: for passing through alone, the cluster in it stays closed.
    await chmod(parent, (await stat(parent)).mode | 0o011);
    closed = await firstClosedFolder(parent, account);
  }
  if (closed === null) return;
  throw new DataFolderError(
    'data_folder_parent_closed',
    `PostgreSQL cannot run as root; it runs as user ${account.uid}, who may not enter ${closed}. Let it pass (chmod o+x ${closed}), or choose another folder with --data.`,
  );
}
