import { afterAll, beforeAll, describe, test } from '@jest/globals';
import fc from 'fast-check';
import { carryOutPlan } from './interleaving.ts';
import { openPlace, type Place } from './place.ts';
import { plans } from './plan.ts';

let place: Place;
beforeAll(async () => {
  place = await openPlace();
}, 60_000);
afterAll(() => place.close());

describe('whatever happens, in whatever order', () => {
  test('fifty interleavings', async () => {
    const t = performance.now();
    await fc.assert(
      fc.asyncProperty(plans(6), (plan) => carryOutPlan(place, plan)),
      { numRuns: 50, interruptAfterTimeLimit: 150_000 },
    );
    process.stderr.write(`${(performance.now() - t).toFixed(0)} ms\n`);
  }, 200_000);
});
