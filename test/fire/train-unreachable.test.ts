import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { expectUnnoticed, openSide, type Side } from './train-unreachable.ts';

let away: Side;
let calm: Side;
beforeAll(async () => {
  [away, calm] = await Promise.all([openSide(), openSide()]);
});
afterAll(async () => {
  for (const { app, place } of [away, calm]) {
    await app.close();
    await place.close();
  }
});

/** Where it hangs, too: train-unreachable.alone.test.ts. */
describe('a train function that cannot be reached for a whole run', () => {
  test.each(['refused'] as const)(
    '(%s) fails and slows no prediction; the requests wait, and one training settles them when it is back',
    (how) => expectUnnoticed({ away, calm }, how, 200),
    60_000,
  );
});
