import { beforeAll, describe, expect, test } from '@jest/globals';
import { drawBy, seed } from '../../support/seed.ts';
import { type Cut, expectToRecover, type Victim, type WholeRun, wholeRun } from './cut-short.ts';

let whole: WholeRun;
beforeAll(async () => {
  whole = await wholeRun();
});

const draw = drawBy(seed);
const cuts = (count: number): Cut[] =>
  Array.from({ length: count }, () => ({
    number: 1 + draw(whole.statements.length),
    phase: draw(2) === 0 ? 'arrived' : 'answered',
  }));

/** Each statement of a whole run is tried in killed.long.test.ts. */
describe(`migrating, killed at any statement (seed ${seed})`, () => {
  test('has enough statements to be killed at', () => {
    expect(whole.statements.length).toBeGreaterThan(100);
  });

  test.each<[string, Victim]>([
    ['with the process that migrates', 'runner'],
    ["with the server's process that works for it", 'backend'],
  ])('%s: leaves whole migrations, and the next run does the others', async (_, victim) => {
    for (const cut of cuts(1)) await expectToRecover(cut, victim, whole);
  });

  test('when a migration was committed and nobody was told: it is not applied again', async () => {
    const commits = [...whole.statements.keys()].filter((index) => whole.statements[index] === 'commit');
    const number = 1 + (commits[1 + draw(commits.length - 2)] ?? 0);
    await expectToRecover({ number, phase: 'answered' }, 'runner', whole);
  });
});
