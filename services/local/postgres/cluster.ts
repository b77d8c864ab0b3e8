import { chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { PostgresError, systemCode } from '../local.error.ts';
import type { Account } from './account.ts';
import { type Binaries, POSTGRES_MAJOR } from './binaries.ts';
import { dataFolder } from './data-folder-path.ts';
import { endLeftovers } from './leftovers.ts';
import { run } from './run.ts';

/** The superuser of a cluster, and the name of its database. */
export const NAME = 'hundredfold';

/**
 * Makes the cluster in `folder` unless it is there. It is made beside and renamed when complete, so that a start that
 * was killed half-way leaves nothing that looks like a cluster; what such a start left is removed.
 * @throws PostgresError postgres_failed_to_start with initdb's words, or for a cluster of another major version.
 */
export async function ensureCluster(
  folder: string,
  binaries: Binaries,
  account: Account | null,
  durable: boolean,
): Promise<void> {
  await removeDrafts(folder);
  const version = await versionOf(folder);
  if (version === String(POSTGRES_MAJOR)) return;
  if (version !== null) {
    throw new PostgresError(
      'postgres_failed_to_start',
      `${folder} was made by PostgreSQL ${version}, and this is ${POSTGRES_MAJOR}. Keep it, and start on another folder, or with the release that made it.`,
    );
  }
  const draft = await mkdtemp(`${folder}${DRAFT}`);
  if (account !== null) await chown(draft, account.uid, account.gid);
  await initialise(draft, binaries, account, durable);
  await putInPlace(draft, folder);
}

const DRAFT = '.new-';

async function putInPlace(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder);
  } catch (cause) {
    await rm(draft, { recursive: true, force: true });
    throw new PostgresError(
      'postgres_failed_to_start',
      `${folder} is in the way, and is no cluster. Move it away.`,
      {
        cause,
      },
    );
  }
  await flush(path.dirname(folder));
}

async function initialise(draft: string, binaries: Binaries, account: Account | null, durable: boolean) {
  const { code, signal, output } = await run(
    binaries.initdb,
    [
      `--pgdata=${dataFolder(draft, account)}`,
      `--username=${NAME}`,
      '--encoding=UTF8',
      '--locale=C',
      '--auth=trust',
      '--no-instructions',
      ...(durable ? [] : ['--no-sync']),
    ],
    { account, cwd: draft },
  );
  if (code === 0) return;
  await rm(draft, { recursive: true, force: true });
  throw new PostgresError(
    'postgres_failed_to_start',
    `initdb ended with ${signal ?? `exit code ${code}`}:\n${output.trim()}`,
  );
}

/** Drafts of starts that were killed, and what still works in them. */
async function removeDrafts(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  for (const name of await readdir(parent)) {
    if (!name.startsWith(path.basename(folder) + DRAFT)) continue;
    await endLeftovers(path.join(parent, name));
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

async function versionOf(folder: string): Promise<string | null> {
  try {
    return (await readFile(path.join(folder, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** The rename itself must outlive a power cut too. */
async function flush(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
