import { describe } from '@jest/globals';
import { unnoticedWhenUnreachable } from './train-unreachable.ts';

describe('a train function that cannot be reached for a whole run', () =>
  unnoticedWhenUnreachable(['refused', 'hanging'], 400, true));
