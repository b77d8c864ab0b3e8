import { describe } from '@jest/globals';
import { troubledDataApi } from './sleeping-data-api.ts';

/** For longer, and other troubles, in sleeping-database-data-api.alone.test.ts. */
describe('a cluster behind the Data API', () =>
  troubledDataApi([['that sleeps, and takes half a second to resume', (api) => api.pause(500)]], 1_200));
