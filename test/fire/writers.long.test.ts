import { describe, test } from '@jest/globals';
import { drawBy, seed } from '../support/seed.ts';
import { expectEachRowOnce, overHttp, overSql } from './writers.ts';

describe(`100,000 rows from 32 writers at once are there once and counted once (seed ${seed})`, () => {
  test('over HTTP', () => expectEachRowOnce(100_000, overHttp(drawBy(seed))), 600_000);
  test('over SQL', () => expectEachRowOnce(100_037, overSql(drawBy(seed))), 600_000);
});
