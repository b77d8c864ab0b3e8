import type { Database } from '../../database/index.ts';
import { inSteps } from './in-steps.ts';

/**
 * Goes on with whatever was begun to be taken back and is not done, since its caller did not ask again: imports that are being
 * undone, predictors that were deleted. Any number of processes may do so at a time.
 */
export async function finishRemovals(
  { removals }: Pick<Database, 'removals'>,
  isLate: () => boolean,
): Promise<void> {
  await inSteps(async (rows) => ({ done: !(await removals.step(rows)) }), isLate);
}
