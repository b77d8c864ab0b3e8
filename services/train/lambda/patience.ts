import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, isUnavailable } from '../../../database/index.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Waits until the database answers, at most until `until` (milliseconds since 1970).
 * @throws what the database says then, or at once where it refuses rather than being away
 */
export async function untilItAnswers(database: Pick<Database, 'ping'>, until: number): Promise<void> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      await database.ping();
      return;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() + pause > until) throw error;
    }
    await sleep(pause);
  }
}
