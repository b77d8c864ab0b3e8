import type { Environment } from './environment.ts';
import { VARIABLES } from './variables.ts';

/** Requests a second for one key at a server that others can reach, unless it is told otherwise. */
export const RATE_LIMIT = 500;

/** How much may be asked, and by pages of which origins, as the environment says. */
export function readTraffic(
  environment: Environment,
  rateLimit = RATE_LIMIT,
): { rateLimit: number; corsOrigins: readonly string[] } {
  return {
    rateLimit: environment.integer(VARIABLES.rateLimit, 0, 1_000_000, rateLimit),
    corsOrigins: readOrigins(environment),
  };
}

/** Exact origins, separated by commas or spaces. `*` is none: whoever means everybody should say whom. */
function readOrigins(environment: Environment): string[] {
  const origins = (environment.optional(VARIABLES.corsOrigins) ?? '').split(/[\s,]+/).filter(Boolean);
  const wrong = origins.filter((origin) => URL.parse(origin)?.origin !== origin || !/^https?:/.test(origin));
  if (wrong.length > 0) {
    environment.problem(
      `${VARIABLES.corsOrigins} holds "${wrong.join('", "')}": an origin is written as https://app.example, without a path or a slash at its end.`,
    );
  }
  return origins;
}
