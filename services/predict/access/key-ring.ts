import { BadObjectError, type ObjectStore } from '../../model-store/index.ts';
import { KEYS_OBJECT, readKeys } from '../../model-store/keys-object.ts';
import { inTime } from '../../waiting/in-time.ts';
import type { Caller } from './access.ts';

/** After so many milliseconds a look is given up, whatever the store does. */
const PATIENCE = 5_000;

export interface KeyRingOptions {
  readonly store: ObjectStore;
  /** Called for the first look in a row that failed. */
  readonly onProblem?: (error: unknown) => void;
  readonly patience?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export interface KnownKey {
  /** The SHA-256 of its secret. */
  readonly hash: Buffer;
  readonly caller: Caller;
}

/**
 * The keys in force, in memory. The store's copy is looked at again by its tag; on any failure the keys as they were stay
 * in force, and `problems` says so: a store that is away must not lock everybody out.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  #keys: ReadonlyMap<string, KnownKey> | null = null;
  #etag: string | null = null;
  #hasAdmin = false;
  /** When the last look began, and since when looks have failed. */
  #lookedAt = Number.NEGATIVE_INFINITY;
  #trouble: { readonly since: number; readonly reason: string } | null = null;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** Has any look succeeded? Until then it is not known which keys there are. */
  get isLoaded(): boolean {
    return this.#keys !== null;
  }

  /** Is there an admin key? */
  get hasAdmin(): boolean {
    return this.#hasAdmin;
  }

  /** Milliseconds since the last look began. */
  get age(): number {
    return this.#now() - this.#lookedAt;
  }

  find(id: string): KnownKey | undefined {
    return this.#keys?.get(id);
  }

  /** Looks at the copy, or waits for the look under way. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /** The same, and what was written before the call is seen. Never rejects. */
  async refresh(): Promise<void> {
    await this.#looking;
    await this.look();
  }

  /** Looks every `intervalMs` until `stop`. */
  start(intervalMs: number): void {
    this.stop();
    this.#timer = setInterval(() => void this.look(), intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  problems(): string[] {
    if (this.#trouble === null) return [];
    const { since, reason } = this.#trouble;
    const seconds = Math.max(0, Math.round((this.#now() - since) / 1_000));
    const meanwhile = this.isLoaded ? 'the keys known before are in force' : 'nobody is let in';
    return [`keys: ${reason.replace(/\.$/, '')}; for ${seconds} s ${meanwhile} meanwhile`];
  }

  async #look(): Promise<void> {
    const { store, patience = PATIENCE, onProblem } = this.#options;
    this.#lookedAt = this.#now();
    try {
      const found = await inTime(
        readKeys(store, this.#etag ?? undefined).then((keys) => ({ keys })),
        patience,
      );
      if (found === null) throw new Error(`The store did not answer within ${patience} ms`);
      this.#take(found.keys);
      this.#trouble = null;
    } catch (error) {
      if (this.#trouble === null) onProblem?.(error);
      const reason = error instanceof Error ? error.message : String(error);
      this.#trouble = { since: this.#trouble?.since ?? this.#now(), reason };
    }
  }

  #take(found: Awaited<ReturnType<typeof readKeys>>): void {
    if (found === 'unchanged') return;
    // Somebody removed it: that is no way to revoke all keys.
    if (found === null && this.#etag !== null) throw new BadObjectError(`${KEYS_OBJECT} is gone`);
    const keys = found?.keys ?? [];
    this.#etag = found?.etag ?? null;
    this.#hasAdmin = keys.some(({ role }) => role === 'admin');
    this.#keys = new Map(
      keys.map(({ id, role, sha256 }) => [
        id,
        { hash: Buffer.from(sha256, 'hex'), caller: Object.freeze({ name: id, role }) },
      ]),
    );
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
