import { seed } from './seed.ts';

const PATH = 'HUNDREDFOLD_TEST_PATH';
const path = process.env[PATH] ?? '';

/** The random cases of fast-check: other ones each time, or those that HUNDREDFOLD_TEST_SEED and _PATH name. */
export function replay(shift = 0): { readonly seed: number; readonly path?: string } {
  return path === '' ? { seed: (seed + shift) % 2_147_483_648 } : { seed, path };
}

/** How a person has the case tried again on which a run ended. */
export function howToReplay(found: { seed: number; counterexamplePath: string | null }): string {
  return `Again: HUNDREDFOLD_TEST_SEED=${found.seed} ${PATH}=${found.counterexamplePath ?? ''}, and this file alone.`;
}
