import { existsSync } from 'node:fs';
import type { Account } from './account.ts';

const WORKING_FOLDER = '/proc/self/cwd';

/**
 * What to tell a program of PostgreSQL's that runs as `account`, its working folder being `cluster`, about where its
 * data is. Another account may not be able to walk down to it (/root is 0700); Linux's link to the working folder
 * needs no walking, and the working folder is set before the account is changed.
 */
export function dataFolder(cluster: string, account: Account | null): string {
  return account !== null && existsSync(WORKING_FOLDER) ? WORKING_FOLDER : cluster;
}
