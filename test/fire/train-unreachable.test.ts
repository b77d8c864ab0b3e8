import { describe } from '@jest/globals';
import { unnoticedWhenUnreachable } from './train-unreachable.ts';

/** Measured, and where it hangs, too: train-unreachable.alone.test.ts. */
describe('a train function that cannot be reached for a whole run', () =>
  unnoticedWhenUnreachable(['refused'], 200));
