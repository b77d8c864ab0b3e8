import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { ModelStoreError, PreconditionFailedError } from './errors.ts';
import { holdingLock } from './file-lock.ts';
import { checkKey } from './keys.ts';
import type { ObjectStore, Precondition, StoredObject } from './object-store.ts';

/** Files under way; a name that no key can have. */
const PARTIAL = '.partial';

/**
 * A store in a folder. Objects are written beside their place, flushed, and moved there in one step, so that a reader
 * or a crash sees the old object or the new one, never half of one. Safe for several processes on one machine.
 *
 * @throws ModelStoreError (`store_failed`) from every call when the file system refuses
 */
export class DirectoryStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async get(key: string, condition?: { ifNoneMatch?: string }): Promise<StoredObject | 'unchanged' | null> {
    const file = this.#file(key);
    let body: Uint8Array;
    try {
      body = await readFile(file);
    } catch (error) {
      if (isCode(error, 'ENOENT')) return null;
      throw failure('read', key, error);
    }
    const etag = tagOf(body);
    return etag === condition?.ifNoneMatch ? 'unchanged' : { body, etag };
  }

  async put(key: string, body: Uint8Array, precondition?: Precondition): Promise<{ etag: string }> {
    const file = this.#file(key);
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      const partial = await writePartial(file, body);
      try {
        await this.#place(key, partial, file, precondition);
      } finally {
        await rm(partial, { force: true });
      }
      await flushFolder(path.dirname(file));
    } catch (error) {
      throw error instanceof ModelStoreError ? error : failure('write', key, error);
    }
    return { etag: tagOf(body) };
  }

  async delete(key: string): Promise<void> {
    try {
      await unlink(this.#file(key));
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw failure('delete', key, error);
    }
  }

  async *list(prefix: string): AsyncGenerator<string> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true }).catch(
      (error: unknown) => {
        if (isCode(error, 'ENOENT')) return [];
        throw failure('list', prefix, error);
      },
    );
    const keys = entries
      .filter((entry) => entry.isFile() && !entry.name.includes(PARTIAL))
      .map((entry) =>
        path.relative(this.#root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'),
      );
    yield* keys.filter((key) => key.startsWith(prefix)).sort();
  }

  async #place(key: string, partial: string, file: string, precondition?: Precondition): Promise<void> {
    if (precondition === undefined) {
      await rename(partial, file);
    } else if ('ifNoneMatch' in precondition) {
      // A link is made only where nothing is, and only one of several at once succeeds.
      await link(partial, file).catch((error: unknown) => {
        throw isCode(error, 'EEXIST') ? new PreconditionFailedError(key) : error;
      });
    } else {
      await holdingLock(`${file}${PARTIAL}-lock`, async () => {
        const present = await this.get(key);
        if (present === null || present === 'unchanged' || present.etag !== precondition.ifMatch) {
          throw new PreconditionFailedError(key);
        }
        await rename(partial, file);
      });
    }
  }

  #file(key: string): string {
    checkKey(key);
    return path.join(this.#root, ...key.split('/'));
  }
}

async function writePartial(file: string, body: Uint8Array): Promise<string> {
  const partial = `${file}${PARTIAL}-${randomUUID()}`;
  const handle = await open(partial, 'wx', 0o600);
  try {
    await handle.writeFile(body);
    await handle.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  return partial;
}

/** A new name is on disk only once its folder is. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function tagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
}

function failure(what: string, key: string, cause: unknown): ModelStoreError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ModelStoreError('store_failed', `Could not ${what} ${key} in the model store: ${why}`, {
    cause,
  });
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
