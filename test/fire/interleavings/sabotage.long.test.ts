import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { carryOutPlan } from './interleaving.ts';
import { openPlace } from './place.ts';
import { plans } from './random-plans.ts';
import { SABOTAGES } from './sabotage.ts';

/** Far more than the most that any needed. */
const PLANS = 300;

describe('broken on purpose, the program does not get through', () => {
  test.each(SABOTAGES)(
    '$name',
    async (broken) => {
      const place = await openPlace(broken);
      try {
        const found = await fc.check(
          fc.asyncProperty(plans(8), (plan) => carryOutPlan(place, plan)),
          { numRuns: PLANS, endOnFailure: true, interruptAfterTimeLimit: 240_000 },
        );
        expect(found.failed).toBe(true);
        // By what an invariant says, and not because something of the test's own broke.
        expect(String(found.errorInstance)).toMatch(/^Error: step \d+: /);
      } finally {
        await place.close();
      }
    },
    300_000,
  );
});
