import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DataFolderError, systemCode } from '../local.error.ts';
import { type Holder, isAlive, readHolder, thisProcess } from './holder.ts';

const NAME = 'lock';
/** Each turn of the loop means that another start came first; that many at once are not people. */
const TURNS = 100;

export interface Lock {
  /** Lets the next one in. */
  release(): Promise<void>;
}

/**
 * Takes the lock of `folder`, or says who holds it.
 *
 * A lock is a file with its holder inside, made by `link`, so that it appears complete and for one process only. A
 * dead holder's lock may be replaced by exactly one process: the one that could link its own to `lock.after-NONCE`,
 * a name that is made for each holder once. If that one dies before it has put its lock in place, the same holds
 * for its successor, along the chain. Who was too slow finds another lock in place than the one it wanted to replace.
 * @throws DataFolderError data_folder_in_use naming the running process.
 */
export async function takeLock(folder: string): Promise<Lock> {
  const mine = await thisProcess();
  const file = path.join(folder, NAME);
  const draft = path.join(folder, `${NAME}.new-${mine.nonce}`);
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600, flush: true });
  try {
    for (let turn = 0; turn < TURNS; turn++) {
      if (await won(folder, file, draft, mine)) return { release: () => release(file, mine) };
    }
    throw new DataFolderError('data_folder_in_use', `Too many starts at once on ${folder}.`);
  } finally {
    await rm(draft, { force: true });
  }
}

/** One attempt; false when things changed under it and it is to be repeated. */
async function won(folder: string, file: string, draft: string, mine: Holder): Promise<boolean> {
  const first = await readHolder(file);
  if (first === null) return linked(draft, file);
  let last = first;
  for (let next: Holder | null = first; next !== null; ) {
    if (await isAlive(next)) {
      // A successor that came too late goes again; it is named only while what it wants to replace is in place.
      if (next !== first && (await readHolder(file))?.nonce !== first.nonce) return false;
      throw inUse(folder, next);
    }
    last = next;
    next = await readHolder(after(file, last));
  }
  if (!(await linked(draft, after(file, last)))) return false;
  if ((await readHolder(file))?.nonce !== first.nonce) {
    await rm(after(file, last), { force: true });
    return false;
  }
  await rename(after(file, last), file);
  await removeRemains(folder, mine);
  return true;
}

function after(file: string, holder: Holder): string {
  return `${file}.after-${holder.nonce}`;
}

async function linked(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Drafts and successors of processes that are gone. */
async function removeRemains(folder: string, mine: Holder): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${NAME}.`)) continue;
    const holder = await readHolder(path.join(folder, name));
    if (holder !== null && holder.nonce !== mine.nonce && !(await isAlive(holder))) {
      await rm(path.join(folder, name), { force: true });
    }
  }
}

async function release(file: string, mine: Holder): Promise<void> {
  if ((await readHolder(file))?.nonce === mine.nonce) await rm(file, { force: true });
}

function inUse(folder: string, { pid }: Holder): DataFolderError {
  return new DataFolderError(
    'data_folder_in_use',
    `${folder} is in use by process ${pid}. Stop that one first (kill ${pid}), or choose another folder with --data.`,
  );
}
