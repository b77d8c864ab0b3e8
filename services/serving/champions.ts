import { BadObjectError, type ObjectStore, POINTERS, pointerKey, readPointer } from '../model-store/index.ts';
import { storeInTime } from '../waiting/store-in-time.ts';
import { loadServing } from './load-serving.ts';
import { Rounds } from './rounds.ts';
import type { Serving } from './serving.ts';
import { type Trouble, troubleAgain, troubleSentence } from './trouble.ts';

/** Where models come from, and whom to tell when one could not be taken over. */
export interface ChampionsOptions {
  readonly store: ObjectStore;
  /** Called after each look that failed; `looks` is how many in a row did. */
  readonly onProblem?: (predictor: string, error: unknown, looks: number) => void;
  readonly onSwitch?: (serving: Serving) => void;
  /** After so many milliseconds a look is given up, whatever the store does. 30,000 unless told. */
  readonly patience?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

interface Entry {
  readonly serving: Serving;
  readonly etag: string;
  readonly trouble: Trouble | null;
}

const PATIENCE = 30_000;

/**
 * The models in memory, each with the definition it answers for. Pointers are looked at again by their tag; a changed
 * one is fetched, checked and swapped in whole. On any failure the good one goes on serving, and `problems` says so. Where a
 * pointer says that its predictor was deleted, nothing serves any more.
 */
export class Champions {
  readonly #options: ChampionsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Predictors of which nothing could be loaded yet, although the store has them. */
  readonly #unloaded = new Map<string, Trouble>();
  readonly #looking = new Map<string, Promise<void>>();
  readonly #rounds = new Rounds({
    names: () => [...this.#entries.keys(), ...this.#unloaded.keys()],
    look: (name) => this.#lookAgain(name),
  });

  constructor(options: ChampionsOptions) {
    this.#options = options;
  }

  /** The predictor as it is in memory now; undefined when it has not been asked for yet. */
  peek(name: string): Serving | undefined {
    return this.#entries.get(name)?.serving;
  }

  /** The predictor, fetched when it is not in memory; null when there is none. @throws ModelStoreError */
  async find(name: string): Promise<Serving | null> {
    const known = this.peek(name);
    if (known !== undefined) return known;
    await this.refresh(name);
    return this.peek(name) ?? null;
  }

  /**
   * Looks at the predictor's pointer again. Calls that come while one is under way wait for one more look, so that
   * what was written before the call is seen by it. Throws only while nothing serves yet.
   */
  async refresh(name: string): Promise<void> {
    const before = this.#looking.get(name);
    if (before !== undefined) await before.catch(() => {});
    const looking = this.#looking.get(name) ?? this.#look(name).finally(() => this.#looking.delete(name));
    this.#looking.set(name, looking);
    await looking;
  }

  /** Looks at every predictor's pointer that the store has. */
  async refreshAll(): Promise<void> {
    const names = new Set(this.#entries.keys());
    for await (const key of this.#options.store.list(POINTERS)) {
      const name = key.slice(POINTERS.length, -'.json'.length);
      if (key === pointerKey(name)) names.add(name);
    }
    await this.#rounds.once(names);
  }

  /**
   * Looks once at every predictor that was asked for, for a process whose timers do not run: one that is frozen
   * between its calls. Never rejects.
   */
  async lookAround(): Promise<void> {
    await this.#rounds.once();
  }

  /** Looks again every `intervalMs` at the predictors that were asked for, until `stop`. */
  start(intervalMs: number): void {
    this.#rounds.start(intervalMs);
  }

  stop(): void {
    this.#rounds.stop();
  }

  /** What could not be taken over and for how long, one sentence per predictor; empty when all is well. */
  problems(): string[] {
    const now = this.#now();
    const serving = [...this.#entries].flatMap(([name, entry]) =>
      entry.trouble === null ? [] : [troubleSentence(name, entry.trouble, entry.serving, now)],
    );
    const unloaded = [...this.#unloaded].map(([name, trouble]) => troubleSentence(name, trouble, null, now));
    return [...serving, ...unloaded];
  }

  async #lookAgain(name: string): Promise<void> {
    await this.refresh(name).catch((error: unknown) => {
      // Of others was told as they were looked at.
      if (!this.#unloaded.has(name)) this.#options.onProblem?.(name, error, 1);
    });
  }

  async #look(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    try {
      const found = await this.#found(name, entry);
      this.#unloaded.delete(name);
      if (found === null) return;
      if (found === 'deleted') {
        this.#entries.delete(name);
        return;
      }
      this.#entries.set(name, found);
      if (found.serving !== entry?.serving) this.#options.onSwitch?.(found.serving);
    } catch (error) {
      const before = entry?.trouble ?? this.#unloaded.get(name) ?? null;
      const trouble = troubleAgain(before, error, this.#now());
      // The tag stays the old one, so that the next look tries again.
      if (entry !== undefined) this.#entries.set(name, { ...entry, trouble });
      else if (before !== null || error instanceof BadObjectError) this.#unloaded.set(name, trouble);
      if (entry !== undefined || this.#unloaded.has(name)) {
        this.#options.onProblem?.(name, error, trouble.looks);
      }
      if (entry === undefined) throw error;
    }
  }

  /** What the pointer says now, ready to answer; null when there is no such predictor. */
  #found(name: string, entry: Entry | undefined): Promise<Entry | 'deleted' | null> {
    const { store, patience = PATIENCE } = this.#options;
    // A look that was given up may still end some day; nobody hears of it then.
    return storeInTime(lookAt(store, name, entry), patience);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

async function lookAt(
  store: ObjectStore,
  name: string,
  entry: Entry | undefined,
): Promise<Entry | 'deleted' | null> {
  const found = await readPointer(store, name, entry?.etag);
  if (found === 'unchanged') return entry === undefined ? null : { ...entry, trouble: null };
  if (found?.pointer.deleted === true) return 'deleted';
  if (found !== null) {
    const serving = await loadServing(store, found.pointer, entry?.serving);
    return { serving, etag: found.etag, trouble: null };
  }
  if (entry === undefined) return null;
  throw new BadObjectError(`${pointerKey(name)} is gone.`);
}
