import { afterAll, beforeAll, test } from '@jest/globals';
import { expectStopped, openSwitchPlace, type SwitchPlace } from './switch-place.ts';

let opened: SwitchPlace;
beforeAll(async () => {
  opened = await openSwitchPlace();
});
afterAll(() => opened.close());

test.each(['settings 1', 'put models'])(
  'switched off in mid-training at "%s" it stops, as at any step',
  (step) => expectStopped(opened, step),
);
