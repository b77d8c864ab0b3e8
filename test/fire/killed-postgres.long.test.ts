import { describe, test } from '@jest/globals';
import { drawBy, seed } from '../support/seed.ts';
import { killUnderLoad, type Victim } from './killed-postgres.ts';

describe(`PostgreSQL killed with -9 under load (seed ${seed})`, () => {
  test.each<[string, Victim[]]>([
    ['once each, a process and the server', ['backend', 'postmaster']],
    ['six times in a row, the server', Array(6).fill('postmaster')],
    ['ten times in a row, one of its processes', Array(10).fill('backend')],
  ])(
    '%s: costs no answered row, and none is counted twice',
    async (_, victims) => {
      await killUnderLoad(victims, drawBy(seed));
    },
    180_000,
  );
});
