import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something holds. @throws Error naming it when it does not in time */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 30_000,
): Promise<void> {
  for (const end = Date.now() + milliseconds; !(await holds()); await sleep(2)) {
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
  }
}
