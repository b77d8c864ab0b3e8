import fc from 'fast-check';
import { howToReplay, replay } from '../../support/replay.ts';
import { carryOutPlan } from './interleaving.ts';
import type { Place } from './place.ts';
import { plans } from './random-plans.ts';

export interface Size {
  readonly runs: number;
  /** Parts of one interleaving, at most: a part is a step, or a few that belong together. */
  readonly parts: number;
  /** Milliseconds for all of it, in which a smaller case of a failure is looked for too. */
  readonly limit: number;
}

/**
 * Carries out random interleavings, others with each `shift`. Races are the machine's to decide, so that a plan that failed may have to be tried
 * several times.
 * @throws Error with the smallest plan that was seen to fail, what broke, and how to try it again
 */
export async function interleave(place: Place, { runs, parts, limit }: Size, shift = 0): Promise<void> {
  const found = await fc.check(
    fc.asyncProperty(plans(parts), (plan) => carryOutPlan(place, plan)),
    { numRuns: runs, interruptAfterTimeLimit: limit, markInterruptAsFailure: true, ...replay(shift) },
  );
  if (!found.failed) return;
  throw new Error(`${fc.defaultReportMessage(found)}\n${howToReplay(found)}`, { cause: found.errorInstance });
}
