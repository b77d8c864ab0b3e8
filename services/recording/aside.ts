import type { Spool } from '../model-store/index.ts';
import type { Metrics } from '../observability/metrics.ts';
import { storeInTime } from '../waiting/store-in-time.ts';

/** A count is good for so long, in milliseconds: whoever asks often costs one list in that time. */
const GOOD_FOR_MS = 10_000;

type Countable = Pick<Spool, 'countAside'>;

/** Counts what lies aside, and shows it. @throws ModelStoreError */
export async function showAside(spool: Countable, metrics: Pick<Metrics, 'set'>): Promise<number> {
  const objects = await spool.countAside();
  metrics.set('hundredfold_spool_aside_objects', objects);
  return objects;
}

export interface AsideOptions {
  readonly spool: Countable;
  readonly metrics: Pick<Metrics, 'set'>;
  /** Milliseconds that a count may take. */
  readonly patience: number;
}

/** How many predictions lie aside, since they could not be recorded: what somebody has to see to. */
export class Aside {
  readonly #options: AsideOptions;
  #counted: { readonly objects: number; readonly at: number } | null = null;

  constructor(options: AsideOptions) {
    this.#options = options;
  }

  /** Of the last few seconds; null where the store does not answer in time. Never rejects. */
  async count(): Promise<number | null> {
    const { spool, metrics, patience } = this.#options;
    const last = this.#counted;
    if (last !== null && performance.now() - last.at < GOOD_FOR_MS) return last.objects;
    const objects = await storeInTime(showAside(spool, metrics), patience).catch(() => null);
    if (objects !== null) this.#counted = { objects, at: performance.now() };
    return objects;
  }

  /** Some were moved: the next look counts anew. */
  forget(): void {
    this.#counted = null;
  }
}
