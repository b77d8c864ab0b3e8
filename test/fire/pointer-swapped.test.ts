import { describe } from '@jest/globals';
import { swappedOver } from './pointer-swapped.ts';

/** More often, and in S3, in pointer-swapped.long.test.ts. */
describe('models in a directory', () => swappedOver('a directory', 20));
