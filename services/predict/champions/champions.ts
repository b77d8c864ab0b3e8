import { readModel } from '../../ml/model/read.ts';
import { parseDefinition } from '../../ml/predictor/parse-definition.ts';
import { compileRow } from '../../ml/predictor/row-reader.ts';
import {
  getArtifact,
  type ObjectStore,
  type Pointer,
  pointerKey,
  readPointer,
} from '../../model-store/index.ts';
import { recentAnswers } from '../answers/recent-answers.ts';
import type { Serving, ServingModel } from './serving.ts';

/** Where models come from, and whom to tell when one could not be taken over. */
export interface ChampionsOptions {
  readonly store: ObjectStore;
  readonly onProblem?: (predictor: string, error: unknown) => void;
  readonly onSwitch?: (serving: Serving) => void;
}

interface Entry {
  serving: Serving;
  etag: string;
  problem: string | null;
}

/**
 * The models in memory, each with the definition it answers for. Pointers are looked at again by their tag; a changed
 * one is fetched, checked and swapped in whole. On any failure the good one goes on serving, and `problems` says so.
 */
export class Champions {
  readonly #store: ObjectStore;
  readonly #options: ChampionsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: ChampionsOptions) {
    this.#options = options;
    this.#store = options.store;
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
    const before = this.#loading.get(name);
    if (before !== undefined) await before.catch(() => {});
    const loading = this.#loading.get(name) ?? this.#load(name).finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    await loading;
  }

  /** Looks at every predictor's pointer that the store has. */
  async refreshAll(): Promise<void> {
    const names = new Set(this.#entries.keys());
    for await (const key of this.#store.list('pointers/')) {
      const name = key.slice('pointers/'.length, -'.json'.length);
      if (key === pointerKey(name)) names.add(name);
    }
    for (const name of names) {
      await this.refresh(name).catch((error: unknown) => this.#options.onProblem?.(name, error));
    }
  }

  /** Looks again every `intervalMs` at the predictors in memory, until `stop`. */
  start(intervalMs: number): void {
    this.stop();
    const look = async () => {
      for (const name of this.#entries.keys()) {
        await this.refresh(name).catch((error: unknown) => this.#options.onProblem?.(name, error));
      }
      if (this.#timer !== null) this.#timer = setTimeout(look, intervalMs).unref();
    };
    this.#timer = setTimeout(look, intervalMs).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** What could not be taken over, one sentence per predictor; empty when all is well. */
  problems(): string[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.problem !== null)
      .map((entry) => `${entry.serving.name}: ${entry.problem}`);
  }

  async #load(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    try {
      const found = await readPointer(this.#store, name, entry?.etag);
      if (found === null || found === 'unchanged') return;
      const serving = await this.#prepare(found.pointer, entry?.serving);
      this.#entries.set(name, { serving, etag: found.etag, problem: null });
      this.#options.onSwitch?.(serving);
    } catch (error) {
      if (entry === undefined) throw error;
      // The tag stays the old one, so that the next look tries again.
      entry.problem = error instanceof Error ? error.message : String(error);
      this.#options.onProblem?.(name, error);
    }
  }

  async #prepare(pointer: Pointer, before: Serving | undefined): Promise<Serving> {
    const { id, name, revision, change } = pointer;
    const same = before !== undefined && before.revision === revision && before.id === id;
    const definition = same ? before.definition : parseDefinition(pointer.definition, name);
    return {
      id,
      name,
      revision,
      change,
      definition,
      reader: same ? before.reader : compileRow(definition),
      champion: await this.#fetch(pointer.champion, before?.champion ?? null),
      recent: recentAnswers(definition),
    };
  }

  async #fetch(champion: Pointer['champion'], before: ServingModel | null): Promise<ServingModel | null> {
    if (champion === null) return null;
    if (before?.version === champion.model && before.sha256 === champion.sha256) return before;
    const bytes = await getArtifact(this.#store, champion);
    return { version: champion.model, sha256: champion.sha256, model: readModel(bytes) };
  }
}
