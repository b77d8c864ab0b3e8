import { type NumberExperiment, numberShares } from '../ml/judging/number-simulation.ts';
import {
  higherWins,
  mcNemar,
  mcNemarWald,
  ours,
  promotedShare,
  type Rule,
} from '../ml/judging/simulation.ts';

/**
 * Measures how often each rule switches to a challenger that is truly so much better: `node test/bench/judging.ts`.
 * Prints the tables of docs/guide/judging.md. Seeded; 20,000 trials (600 for numbers) make a share right to 0.7
 * points (4) at two standard errors.
 */
const GAINS = [-0.05, -0.02, 0, 0.02, 0.05];
const EVERY_100 = Array.from({ length: 10 }, (_, i) => 100 * (i + 1));

const LABELS: readonly [name: string, rule: Rule, looks: readonly number[], expected: string][] = [
  ['higher wins', higherWins, [100], '9 / 33 / 56 / 77 / 95'],
  ['McNemar, p < 0.05', mcNemar, [100], ''],
  ["McNemar, p < 0.05, Wald's variance", mcNemarWald, [100], '0 / 0.6 / 2.6 / 8 / 31'],
  ['ours', ours, [30], '0.8 / 3 / 6 / 10 / 21'],
  ['ours', ours, [100], '0.3 / 3 / 8 / 20 / 53'],
  ['ours', ours, [300], '0 / 2 / 12 / 44 / 92'],
  ['ours', ours, [500], '0 / 1 / 16 / 61 / 99'],
  ['higher wins, every 100 to 1,000', higherWins, EVERY_100, '11 / 46 / 85 / 99 / 100'],
  ['McNemar, every 100 to 1,000', mcNemar, EVERY_100, ''],
  ['ours, every 100 to 1,000', ours, EVERY_100, '0.3 / 6 / 40 / 92 / 100'],
];

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

function percent(share: number): string {
  const points = 100 * share;
  return `${points.toFixed(points < 10 ? 1 : 0)} %`;
}

print([
  'rule (label target, 12 % of rows differ)',
  'rows',
  '−5',
  '−2',
  '0',
  '+2',
  '+5 points',
  'when designed, %',
]);
print(['---', '---', '---', '---', '---', '---', '---', '---']);
for (const [name, rule, looks, expected] of LABELS) {
  const shares = GAINS.map((gain) => promotedShare({ rule, gain, looks, trials: 20_000, seed: 1 }));
  print([name, looks.length > 1 ? '' : (looks[0] ?? ''), ...shares.map(percent), expected]);
}

process.stdout.write('\n');
const SHARES = [-0.05, -0.02, -0.01, 0, 0.02, 0.05];
print(['rule (number target)', 'errors', 'rows', '−5', '−2', '−1', '0', '+2', '+5 % of the error']);
print(['---', '---', '---', '---', '---', '---', '---', '---', '---']);
for (const errors of ['normal', 'heavy'] satisfies NumberExperiment['errors'][]) {
  for (const rows of [30, 100, 300]) {
    const shares = SHARES.map((gain) => numberShares({ gain, rows, errors, trials: 600, seed: 1 }));
    print(['smaller error wins', errors, rows, ...shares.map((share) => percent(share.smaller))]);
    print(['ours', errors, rows, ...shares.map((share) => percent(share.promoted))]);
  }
}
