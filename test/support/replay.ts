/** A run of random cases to be done again: the seed and the path that a failure named. */
export interface Replay {
  readonly seed?: number;
  readonly path?: string;
}

const SEED = 'HUNDREDFOLD_TEST_SEED';
const PATH = 'HUNDREDFOLD_TEST_PATH';

/** What `HUNDREDFOLD_TEST_SEED` and `HUNDREDFOLD_TEST_PATH` say; empty, for new cases, where they say nothing. */
export function replay(): Replay {
  const seed = Number(process.env[SEED]);
  const path = process.env[PATH] ?? '';
  return { ...(Number.isInteger(seed) && seed !== 0 ? { seed } : {}), ...(path === '' ? {} : { path }) };
}

/** How a person has the same cases tried again. */
export function howToReplay(seed: number, path: string | null, tests: string): string {
  return `Again: ${SEED}=${seed} ${path === null ? '' : `${PATH}=${path} `}npm test -- ${tests}`;
}
