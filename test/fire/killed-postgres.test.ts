import { describe, test } from '@jest/globals';
import { drawBy, seed } from '../support/seed.ts';
import { killUnderLoad } from './killed-postgres.ts';

/** Again and again in killed-postgres.long.test.ts. */
describe(`PostgreSQL killed with -9 under load (seed ${seed})`, () => {
  test('costs no answered row, and none is counted twice', async () => {
    await killUnderLoad(['backend', 'postmaster'], drawBy(seed));
  }, 60_000);
});
