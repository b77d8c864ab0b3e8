import { createHash } from 'node:crypto';
import { link, readFile, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { PreconditionFailedError } from '../errors.ts';
import { checkKey, checkPrefix } from '../keys.ts';
import type { ObjectStore, Precondition, StoredObject } from '../object-store.ts';
import { codeOf, fileError } from './file-error.ts';
import { holdingLock } from './file-lock.ts';
import { PARTIAL, sweepPartials } from './partial.ts';
import { keysBelow } from './walk.ts';
import { flushFolder, makeFolder, writeBeside } from './whole-file.ts';

/**
 * A store in a folder. Objects are written beside their place, flushed, and moved there in one step, so that a reader
 * or a crash sees the old object or the new one, never half of one. Safe for several processes on one machine.
 *
 * @throws ModelStoreError from every call when the file system refuses: `store_full`, `store_denied`, else `store_failed`
 */
export class DirectoryStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** The store in a folder, without what processes that were killed left half written there more than an hour ago. */
  static async open(root: string): Promise<DirectoryStore> {
    await sweepPartials(root);
    return new DirectoryStore(root);
  }

  async get(key: string, condition?: { ifNoneMatch?: string }): Promise<StoredObject | 'unchanged' | null> {
    const file = this.#file(key);
    let body: Uint8Array;
    try {
      body = await readFile(file);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw fileError('read', file, error);
    }
    const etag = tagOf(body);
    return etag === condition?.ifNoneMatch ? 'unchanged' : { body, etag };
  }

  async put(key: string, body: Uint8Array, precondition?: Precondition): Promise<{ etag: string }> {
    const file = this.#file(key);
    const folder = path.dirname(file);
    try {
      await makeFolder(folder);
      const partial = await writeBeside(file, body);
      try {
        await this.#place(key, partial, file, precondition);
      } finally {
        await rm(partial, { force: true });
      }
      await flushFolder(folder);
    } catch (error) {
      throw fileError('write', file, error);
    }
    return { etag: tagOf(body) };
  }

  async delete(key: string, condition?: { ifMatch?: string }): Promise<void> {
    const file = this.#file(key);
    const tag = condition?.ifMatch;
    try {
      if (tag === undefined) await unlink(file);
      else await this.#unlinkMatching(key, file, tag);
      // What was erased does not come back after a power cut.
      await flushFolder(path.dirname(file));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw fileError('delete', file, error);
    }
  }

  async *list(prefix: string): AsyncGenerator<string> {
    checkPrefix(prefix);
    try {
      yield* keysBelow(this.#root, prefix);
    } catch (error) {
      throw fileError('list', path.join(this.#root, prefix), error);
    }
  }

  async #place(key: string, partial: string, file: string, precondition?: Precondition): Promise<void> {
    if (precondition === undefined) {
      await rename(partial, file);
    } else if ('ifNoneMatch' in precondition) {
      // A link is made only where nothing is, and only one of several at once succeeds.
      await link(partial, file).catch((error: unknown) => {
        throw codeOf(error) === 'EEXIST' ? new PreconditionFailedError(key) : error;
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

  async #unlinkMatching(key: string, file: string, tag: string): Promise<void> {
    await holdingLock(`${file}${PARTIAL}-lock`, async () => {
      const present = await this.get(key);
      if (present === null) return;
      if (present === 'unchanged' || present.etag !== tag) throw new PreconditionFailedError(key);
      await unlink(file);
    });
  }

  #file(key: string): string {
    checkKey(key);
    return path.join(this.#root, ...key.split('/'));
  }
}

function tagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
}
