import type { Database } from '../../../database/index.ts';
import type { Context } from '../context/context.ts';

/** So long a call goes on with what it takes back, in milliseconds; what is left then is for the next one, or the upkeep. */
export const STRETCH = 10_000;

/**
 * So long it waits for one answer: the first waits for imports and verdicts that hold the predictor. Both together are less
 * than API Gateway waits.
 */
const PATIENCE = 15_000;

export function removalDatabase({ unboundedDatabase }: Pick<Context, 'unboundedDatabase'>): Database {
  return unboundedDatabase.within(PATIENCE);
}
