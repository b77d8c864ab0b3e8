import { randomUUID } from 'node:crypto';
import { PreconditionFailedError } from './errors.ts';
import { DISPATCH_MARK } from './keys.ts';
import type { ObjectStore } from './object-store.ts';

/** The marker as it was when it was looked at. */
export interface DispatchMark {
  readonly etag: string;
  /** Until then nothing of what waits may be sent (milliseconds since 1970); null where some of it may be now. */
  readonly notBefore: number | null;
}

/** What the database says of what waits. */
export interface PendingWork {
  readonly pending: boolean;
  /** Until then all of it is held back, in milliseconds since 1970. */
  readonly notBefore: number | null;
}

/**
 * A marker in the bucket: there is work that may have to be sent on its way. It is put before every dispatch and removed once
 * nothing is pending, so that whoever looks at the bucket alone learns whether the database is worth waking.
 *
 * Every put writes other bytes, and what was looked at is removed or put off only while it is still the same: of a look at
 * the database and a put in between, the put always wins, and no order of crashes leaves work without its marker.
 *
 * @throws ModelStoreError from every call when the store is away
 */
export class DispatchMarks {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Something is about to be sent. */
  async put(): Promise<void> {
    await this.#store.put(DISPATCH_MARK, write(null));
  }

  /** The marker, or null. Look here before the database is asked. */
  async look(): Promise<DispatchMark | null> {
    const object = await this.#store.get(DISPATCH_MARK);
    if (object === null || object === 'unchanged') return null;
    return { etag: object.etag, notBefore: notBeforeOf(object.body) };
  }

  /**
   * Brings the marker in line with what the database said after `seen` was looked at; one that was put since stays as it is.
   */
  async settle(seen: DispatchMark | null, { pending, notBefore }: PendingWork): Promise<void> {
    if (pending && seen !== null && seen.notBefore === notBefore) return;
    if (!pending && seen === null) return;
    try {
      if (!pending) await this.#store.delete(DISPATCH_MARK, seen === null ? {} : { ifMatch: seen.etag });
      else {
        const condition = seen === null ? { ifNoneMatch: '*' as const } : { ifMatch: seen.etag };
        await this.#store.put(DISPATCH_MARK, write(notBefore), condition);
      }
    } catch (error) {
      // Somebody put it since, for something that was not there yet when the database was asked.
      if (!(error instanceof PreconditionFailedError)) throw error;
    }
  }
}

function write(notBefore: number | null): Uint8Array {
  return Buffer.from(JSON.stringify({ format: 1, id: randomUUID(), notBefore }));
}

/** A marker that cannot be read is one all the same. */
function notBeforeOf(body: Uint8Array): number | null {
  try {
    const content: unknown = JSON.parse(Buffer.from(body).toString());
    const isMark = typeof content === 'object' && content !== null && 'notBefore' in content;
    return isMark && typeof content.notBefore === 'number' ? content.notBefore : null;
  } catch {
    return null;
  }
}
