import { expect, test } from '@jest/globals';
import { describeWhere, testData } from '../../support/requirement.ts';
import { crossValidate } from './cross-validate.ts';
import { datasets } from './datasets.ts';

const data = testData();
const MINUTES = 60_000;

describeWhere(data, 'how well first models answer rows they never saw, measured thoroughly', () => {
  test(
    '439 searches, ten times five folds, equal searches scattered: top 1 at least 0.94, top 3 at least 0.985',
    async () => {
      let accuracy = 0;
      let top3 = 0;
      for (let seed = 1; seed <= 10; seed++) {
        const figures = await crossValidate(datasets.completions(data.folder), seed, { scattered: true });
        if (!('accuracy' in figures)) throw new Error('labels have an accuracy');
        accuracy += figures.accuracy / 10;
        top3 += figures.top3 / 10;
      }
      expect(accuracy).toBeGreaterThanOrEqual(0.94);
      expect(top3).toBeGreaterThanOrEqual(0.985);
    },
    10 * MINUTES,
  );

  test(
    '5,574 messages, spam or not: at least 0.988',
    async () => {
      const figures = await crossValidate(datasets.sms(data.folder), 1);
      expect('accuracy' in figures && figures.accuracy).toBeGreaterThanOrEqual(0.988);
    },
    10 * MINUTES,
  );

  test(
    'rings of a shellfish from its size: within 1.6 on average',
    async () => {
      const figures = await crossValidate(datasets.abalone(data.folder), 1);
      expect('mae' in figures && figures.mae).toBeLessThan(1.6);
    },
    5 * MINUTES,
  );

  test(
    'passengers with missing ages: better than 0.81',
    async () => {
      const figures = await crossValidate(datasets.titanic(data.folder), 1);
      expect('accuracy' in figures && figures.accuracy).toBeGreaterThan(0.81);
    },
    5 * MINUTES,
  );

  test(
    '32,561 grown-ups: better than 0.85',
    async () => {
      const figures = await crossValidate(datasets.adult(data.folder), 1);
      expect('accuracy' in figures && figures.accuracy).toBeGreaterThan(0.85);
    },
    5 * MINUTES,
  );
});
