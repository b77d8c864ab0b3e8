import { expect, test } from '@jest/globals';
import { describeWhere, testData } from '../../support/requirement.ts';
import { crossValidate } from './cross-validate.ts';
import { datasets } from './datasets.ts';

const data = testData();

/** One fold of five; all of them, and more data, in accuracy.long.test.ts. */
describeWhere(data, 'how well first models answer rows they never saw', () => {
  test('439 searches, 20 labels: the first suggestion is right for 94 of 100, one of three for 98', async () => {
    const figures = await crossValidate(datasets.completions(data.folder), 1, { answered: 1 });
    expect(figures).toMatchObject({ rows: 89 });
    expect('accuracy' in figures && figures.accuracy).toBeGreaterThanOrEqual(0.94);
    expect('top3' in figures && figures.top3).toBeGreaterThanOrEqual(0.98);
  }, 60_000);

  test('rings of a shellfish from its size: within 1.6 on average', async () => {
    const figures = await crossValidate(datasets.abalone(data.folder), 1, { answered: 1 });
    expect('mae' in figures && figures.mae).toBeLessThan(1.6);
  }, 60_000);
});
