import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { nextSteps } from '../../../infra/deploy/next-steps.ts';
import { openShop, type Shop } from '../../cli/support/shop.ts';
import { ROOT } from '../templates/synthesised.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

/** The words of each command that is to be tried, after `npx hundredfold`. */
const commands = nextSteps('shop', {})
  .split('\n')
  .filter((line) => line.includes('npx hundredfold'))
  .map((line) =>
    [...line.trim().matchAll(/"[^"]*"|\S+/g)].map(([word]) => word.replaceAll('"', '')).slice(2),
  );

test('the commands to try first go through one after another on a stack that has nothing yet', async () => {
  expect(commands).toHaveLength(6);
  const answers: string[] = [];
  for (const words of commands) {
    const argv = words.map((word) => {
      const file = path.join(ROOT, word);
      return word.startsWith('examples/') && existsSync(file) ? file : word;
    });
    const { status, out, err } = await shop.run(argv);
    answers.push(`${status} ${out}${err}`);
  }
  const [read, predict, apply, imported, state, answer] = answers;
  expect([read, predict]).toEqual([expect.stringMatching(/^0 hf_/), expect.stringMatching(/^0 hf_/)]);
  expect(apply).toMatch(/^0 created services/);
  expect(imported).toMatch(/^0 imported 500, rejected 0/);
  expect(state).toMatch(/^0 predictor +services[\s\S]*500 imported[\s\S]*first/);
  // Nothing trains here: what is missing is a model, and neither a key nor a row that fits.
  expect(answer).toMatch(/^1 [\s\S]*no model yet: its first training is under way/);
});
