import type { SpooledPrediction } from '../model-store/index.ts';
import type { Kept } from './kept.ts';

type Idempotency = NonNullable<SpooledPrediction['idempotency']>;

interface UnderWay {
  readonly first: Idempotency;
  readonly kept: Promise<Kept>;
}

/**
 * Requests of one key that come at a time: the first is carried out, the others wait for it and are told what became
 * of it, so that they are one row and one answer, whether the database answers or not.
 */
export class OncePerKey {
  readonly #underWay = new Map<string, UnderWay>();

  async keep(id: string, idempotency: Idempotency, work: () => Promise<Kept>): Promise<Kept> {
    const before = this.#underWay.get(id);
    if (before === undefined) return this.#first(id, idempotency, work);
    if (before.first.fingerprint === idempotency.fingerprint)
      return replayOf(before.first, await before.kept);
    const kept = await before.kept.catch(() => null);
    const isTaken = kept !== null && TAKEN.has(kept.outcome);
    return isTaken ? { outcome: 'reused', response: null } : this.keep(id, idempotency, work);
  }

  #first(id: string, first: Idempotency, work: () => Promise<Kept>): Promise<Kept> {
    const kept = work().finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, { first, kept });
    return kept;
  }
}

/** Outcomes after which a key belongs to the body that it came with. */
const TAKEN: ReadonlySet<Kept['outcome']> = new Set(['recorded', 'replayed', 'deferred']);

/** What a later request of the same key and body is told, where `kept` became of the first. */
export function replayOf(first: Idempotency | undefined, kept: Kept): Kept {
  const response = first?.response ?? null;
  if (kept.outcome === 'recorded') return { outcome: 'replayed', response };
  if (kept.outcome === 'deferred') return { outcome: 'deferred', response: kept.response ?? response };
  return kept;
}
