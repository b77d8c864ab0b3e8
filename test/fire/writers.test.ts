import { describe, test } from '@jest/globals';
import { drawBy, seed } from '../support/seed.ts';
import { expectEachRowOnce, overHttp, overSql } from './writers.ts';

/** At full size in writers.long.test.ts. */
describe(`thousands of rows from 32 writers at once are there once and counted once (seed ${seed})`, () => {
  test('over HTTP', () => expectEachRowOnce(1_500, overHttp(drawBy(seed))), 60_000);
  test('over SQL', () => expectEachRowOnce(4_000, overSql(drawBy(seed))), 60_000);
});
