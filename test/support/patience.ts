import type { AppSettings } from '../../services/predict/context/app.settings.ts';

/** Of a service whose answers are looked at, however busy the machine is: nothing is deferred or refused for being late. */
export const PATIENT = {
  recordingBudget: 20_000,
  databaseTimeout: 20_000,
  storeTimeout: 20_000,
} satisfies Partial<AppSettings>;

/**
 * What needs a limit that the test shall see reached, and other work that is quicker than the limit: on a busy machine it may
 * not be. So it is tried with one limit after the other, the last of which is long for any machine.
 */
export async function withMorePatience<T>(
  limits: readonly number[],
  attempt: (limit: number) => Promise<T>,
): Promise<T> {
  let failed: unknown;
  for (const limit of limits) {
    try {
      return await attempt(limit);
    } catch (error) {
      failed = error;
    }
  }
  throw failed;
}
