import type { Database, Held } from '../../database/index.ts';
import { LeaseLostError, TrainingStoppedError } from '../../database/index.ts';
import { failure } from './failure.ts';
import type { LeaseEnd } from './lease-signs.ts';
import { TimeIsUpError, type TimeLimit } from './time-limit.ts';

/** A lease is renewed this many times in its term, so that one renewal may be missed. */
const TIMES = 3;

/** What a lease is for: a retraining, or a model made again. */
export type Leased = 'training' | 'reproductions';

/** The time from one renewal to the next, which one renewal may take at most. */
export function renewalMs(leaseSeconds: number): number {
  return (leaseSeconds * 1000) / TIMES;
}

/**
 * Renews once, within the time to the next renewal. A database that does not answer is no loss: the lease is lost only
 * when the database says so, at the latest when publishing.
 */
export async function renew(
  database: Pick<Database, 'within'>,
  of: Leased,
  claim: Held,
  leaseSeconds: number,
  progress: object | null,
): Promise<LeaseEnd | null> {
  try {
    await database.within(renewalMs(leaseSeconds))[of].renew(claim, leaseSeconds, progress);
    return null;
  } catch (error) {
    if (error instanceof LeaseLostError) return 'lost';
    return error instanceof TrainingStoppedError ? 'off' : null;
  }
}

/** Ends a training whose time is up in its place; one that has ended, or is another trainer's, is left alone. */
export async function giveUp(
  database: Pick<Database, 'training' | 'reproductions'>,
  of: Leased,
  claim: Held,
  limit: TimeLimit,
): Promise<void> {
  const error = new TimeIsUpError(limit);
  try {
    if (error.givesBack) await database[of].release(claim);
    else if (of === 'training') await database.training.finish(claim, failure(error));
    else await database.reproductions.finish(claim, null, error.message);
  } catch {
    // Then the lease runs out by itself.
  }
}
