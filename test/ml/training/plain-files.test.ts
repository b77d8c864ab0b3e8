import { describe, expect, test } from '@jest/globals';
import { type Example, readModel, train } from '../../../services/ml/index.ts';
import type { Model } from '../../../services/ml/model/model.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import type { TrainingOutcome } from '../../../services/ml/training/train.ts';

/** Files as products have them: few inputs that repeat, mistyped numbers, prices. A first model of each. */
interface Learned {
  readonly outcome: TrainingOutcome;
  readonly model: Model;
  /** The first suggestion and its probability. */
  first(value: string | number | boolean): { readonly label: string; readonly probability: number };
  value(value: string | number): { readonly value: number; readonly low: number; readonly high: number };
}

async function learn(
  input: 'text' | 'category' | 'number' | 'boolean' | 'date',
  pairs: readonly (readonly [string | number | boolean, string | number])[],
): Promise<Learned> {
  const kind = typeof pairs[0]?.[1] === 'number' ? 'number' : 'label';
  const outcome = await train({
    definition: parseDefinition({
      name: 'plain',
      inputs: { x: { type: input } },
      target: { name: 'y', type: kind },
    }),
    revision: 1,
    examples: pairs.map(([x, y]): Example => ({ inputs: { x }, target: y })),
    champion: null,
    seed: 1,
    codeVersion: '0.0.0-test',
  });
  const model = readModel(outcome.artifact?.bytes ?? new Uint8Array());
  return {
    outcome,
    model,
    first(x) {
      const answer = model.answer({ x });
      const [first] = 'suggestions' in answer ? answer.suggestions : [];
      if (first === undefined) throw new Error('labels were asked for');
      return first;
    },
    value(x) {
      const answer = model.answer({ x });
      if (!('value' in answer)) throw new Error('numbers were asked for');
      return { value: answer.value, low: answer.interval.low, high: answer.interval.high };
    },
  };
}

/** A number from 0 to 1 that looks random, the same for every run. */
const noise = (r: number) => {
  const at = Math.sin(r * 127.1 + 311.7) * 43_758.5453;
  return at - Math.floor(at);
};
const times = <T>(count: number, make: (r: number) => T) => Array.from({ length: count }, (_, r) => make(r));

describe('inputs that were seen before get their answer', () => {
  test('twenty rows of a yes or no that decides', async () => {
    const { first, outcome } = await learn(
      'boolean',
      times(20, (r) => [r % 2 === 0, r % 2 === 0 ? 'first class' : 'economy']),
    );
    expect(first(true)).toMatchObject({ label: 'first class' });
    expect(first(true).probability).toBeGreaterThan(0.95);
    expect(first(false).label).toBe('economy');
    expect(outcome.metrics).toMatchObject({ accuracy: 1, rows: 20, seen: { share: 1, accuracy: 1 } });
  });

  test('ten words, thirty rows each, though no new word could be told', async () => {
    const words = ['ankle', 'brow', 'chest', 'digit', 'elbow', 'femur', 'gum', 'heel', 'iris', 'jaw'];
    const pairs = times(300, (r) => [words[r % 10] ?? '', `clinic ${(r % 10) + 1}`] as const);
    const { first, outcome } = await learn('text', pairs);
    for (const [word, clinic] of pairs.slice(0, 10)) {
      expect(first(word).label).toBe(clinic);
      expect(first(word).probability).toBeGreaterThan(0.9);
    }
    // A word that no example has is told from no other: the figure of new inputs says so.
    expect(outcome.metrics).toMatchObject({ accuracy: 1, new: { share: 0, accuracy: 0 } });
  });

  test('labels that stand once are counted as wrong, and the reason leaves them out and says so', async () => {
    const words = ['alpha', 'beta', 'gamma'];
    const { outcome } = await learn('text', [
      ...times(60, (r) => [words[r % 3] ?? '', `team ${r % 3}`] as const),
      ...times(4, (r) => [`once ${r}`, `rare ${r}`] as const),
    ]);
    expect(outcome.reason).toMatch(
      /against .* in cross-validation, without the 4 rows whose label no other row has, which the model's figures count as wrong\.$/,
    );
    expect(outcome.metrics).toMatchObject({ rows: 64, accuracy: 60 / 64 });
  });

  test('a price per product, cents apart', async () => {
    const { value } = await learn(
      'category',
      times(200, (r) => [`item ${r % 8}`, 100 * (1 + (r % 8)) + noise(r)]),
    );
    for (let p = 0; p < 8; p++) {
      const { value: price, low, high } = value(`item ${p}`);
      expect(Math.abs(price - (100 * (1 + p) + 0.5))).toBeLessThan(2);
      expect(high - low).toBeLessThan(10);
    }
  });

  test.each([
    ['digits', ['7 7', '4'], ['3', '9 9 9']],
    ['signs', ['+', '++'], ['-', '--']],
    ['pictures', ['🍎', '🍎🍎'], ['🚗', '🚗🚗']],
    ['words that stand in every text', ['to be', 'be to'], ['or not', 'not or']],
  ])('texts of nothing but %s', async (_, good, bad) => {
    const pairs = times(
      60,
      (r) => [(r % 2 === 0 ? good : bad)[(r >> 1) % 2] ?? '', r % 2 === 0 ? 'A' : 'B'] as const,
    );
    const { first } = await learn('text', pairs);
    for (const text of good) expect(first(text)).toMatchObject({ label: 'A' });
    for (const text of bad) expect(first(text)).toMatchObject({ label: 'B' });
  });

  test('two inputs, of which neither tells anything alone', async () => {
    const rows = times(80, (r): Example => {
      const [left, right] = [r % 2 === 0, (r >> 1) % 2 === 0];
      return { inputs: { left, right }, target: left === right ? 'straight' : 'turn' };
    });
    const { artifact, reason } = await train({
      definition: parseDefinition({
        name: 'plain',
        inputs: { left: { type: 'boolean' }, right: { type: 'boolean' } },
        target: { name: 'y', type: 'label' },
      }),
      ...{ revision: 1, champion: null, seed: 1, codeVersion: '0.0.0-test', examples: rows },
    });
    expect(reason).toMatch(/better than the most frequent answer/);
    const model = readModel(artifact?.bytes ?? new Uint8Array());
    for (const { inputs, target } of rows.slice(0, 4)) {
      const answer = model.answer(inputs);
      expect('suggestions' in answer && answer.suggestions[0]).toMatchObject({ label: target });
    }
  });

  test('the price of a product in a size, where no size costs more than another in all', async () => {
    const prices = [
      [10, 20, 90],
      [40, 41, 42],
      [300, 20, 5],
      [7, 700, 70],
    ];
    const rows = times(240, (r): Example => {
      const [product, size] = [r % 4, Math.floor(r / 4) % 3];
      return {
        inputs: { product: `p${product}`, size: 'SML'[size] ?? '' },
        target: (prices[product]?.[size] ?? 0) + noise(r),
      };
    });
    const { artifact } = await train({
      definition: parseDefinition({
        name: 'plain',
        inputs: { product: { type: 'category' }, size: { type: 'category' } },
        target: { name: 'y', type: 'number' },
      }),
      ...{ revision: 1, champion: null, seed: 1, codeVersion: '0.0.0-test', examples: rows },
    });
    const model = readModel(artifact?.bytes ?? new Uint8Array());
    for (const { inputs, target } of rows.slice(0, 12)) {
      const answer = model.answer(inputs);
      expect('value' in answer && Math.abs(answer.value - Number(target)) / Number(target)).toBeLessThan(
        0.12,
      );
    }
    // A size that this product never had: no table knows it, and the answer is a sane one.
    const answer = model.answer({ product: 'p0', size: 'XL' });
    expect('value' in answer && answer.value >= 0 && answer.value < 2100).toBe(true);
  });

  test('a number that is a code', async () => {
    const teams = ['north', 'south', 'south', 'north', 'west', 'north'];
    const { first } = await learn(
      'number',
      times(120, (r) => [r % 6, teams[r % 6] ?? '']),
    );
    teams.forEach((team, code) => {
      expect(first(code)).toMatchObject({ label: team });
    });
  });

  test('labels that one row each has are known, though nothing could be held out', async () => {
    const { first, outcome } = await learn(
      'text',
      times(30, (r) => [`article ${r} ${'xyzw'[r % 4]}${r}`, `shelf ${r}`]),
    );
    expect(outcome.reason).toMatch(/nothing can be held out of these 30 examples/);
    for (let r = 0; r < 30; r++) expect(first(`article ${r} ${'xyzw'[r % 4]}${r}`).label).toBe(`shelf ${r}`);
  });

  test('under two labels share the probability as the rows do', async () => {
    const pairs = times(
      100,
      (r) =>
        [
          r % 2 === 0 ? 'paper jam' : `offer ${r}`,
          r % 2 === 1 ? 'sales' : r % 10 < 6 ? 'print' : 'it',
        ] as const,
    );
    const { model } = await learn('text', pairs);
    const answer = model.answer({ x: 'paper jam' });
    const [print, it] = 'suggestions' in answer ? answer.suggestions : [];
    expect(print).toMatchObject({ label: 'print' });
    expect(Math.abs((print?.probability ?? 0) - 0.6)).toBeLessThan(0.1);
    expect(Math.abs((it?.probability ?? 0) - 0.4)).toBeLessThan(0.1);
  });
});

describe('rows that were imported twice by mistake', () => {
  const labels = ['A', 'B', 'C'];
  /** Of every three words one tells the label, with one exception in eight. */
  const rows = times(
    150,
    (r) =>
      [
        `${['alpha', 'beta', 'gamma'][r % 3]} ${Math.floor(noise(r) * 900)} ${Math.floor(noise(r + 999) * 900)}`,
        labels[(noise(r + 500) < 0.125 ? r + 1 : r) % 3] ?? '',
      ] as const,
  );

  test('do not move the figure of new inputs', async () => {
    const once = await learn('text', rows);
    const twice = await learn('text', [...rows, ...rows]);
    const fresh = ({ outcome }: Learned) => outcome.metrics?.new;
    expect(fresh(once)).toMatchObject({ share: 1, rows: 150 });
    expect(fresh(twice)).toMatchObject({ rows: 150 });
    expect(fresh(twice)?.share).toBeLessThan(0.25);
    expect(Math.abs(accuracyOf(fresh(twice)) - accuracyOf(fresh(once)))).toBeLessThan(0.02);
    // The mix does move: nearly all of it was seen.
    expect(accuracyOf(twice.outcome.metrics)).toBeGreaterThan(accuracyOf(fresh(twice)) + 0.05);
  });
});

function accuracyOf(figures: object | null | undefined): number {
  return figures != null && 'accuracy' in figures && typeof figures.accuracy === 'number'
    ? figures.accuracy
    : Number.NaN;
}

describe('one wild value does not ruin the rest', () => {
  const ages = times(40, (r) => [20 + r, r < 20 ? 'young' : 'old'] as const);

  test.each([3_900_000, -200, 1e149])('%d among ages', async (wild) => {
    const { first } = await learn('number', [...ages, [wild, 'young']]);
    for (const age of [21, 30]) expect(first(age)).toMatchObject({ label: 'young' });
    for (const age of [48, 58]) expect(first(age)).toMatchObject({ label: 'old' });
    expect(first(21).probability).toBeGreaterThan(0.85);
    expect(first(58).probability).toBeGreaterThan(0.85);
  });

  test('a code for missing in every tenth row', async () => {
    const coded = times(200, (r) =>
      r % 10 === 0
        ? ([-200, r % 20 === 0 ? 'hi' : 'lo'] as const)
        : ([r % 100, r % 100 < 50 ? 'lo' : 'hi'] as const),
    );
    const { first } = await learn('number', coded);
    expect(first(20)).toMatchObject({ label: 'lo' });
    expect(first(80)).toMatchObject({ label: 'hi' });
    expect(first(-200).probability).toBeLessThan(0.8);
  });

  test('five targets of 305: the others are answered as without them, and their intervals are as narrow', async () => {
    const line = times(300, (r) => [r % 60, 3 * (r % 60) + 10 * noise(r)] as const);
    const tame = await learn('number', line);
    const both = await learn('number', [...line, ...times(5, (r) => [11 * r, 1e9] as const)]);
    expect(both.outcome.reason).toMatch(/against .* in cross-validation, 5 wild targets left out\.$/);
    for (const x of [5, 30, 55]) {
      const [without, withThem] = [tame.value(x), both.value(x)];
      expect(Math.abs(withThem.value - without.value)).toBeLessThan(2);
      expect(withThem.high - withThem.low).toBeLessThan(2 * (without.high - without.low));
    }
  });

  test('a mistyped target among the new rows keeps no challenger from winning', async () => {
    // Prices rose since the champion learned.
    const line = (from: number, to: number, rise: number) =>
      times(to - from, (i): Example & { inputs: { x: number }; target: number } => {
        const x = (from + i) % 60;
        return { inputs: { x }, target: rise * (3 * x + 10 * noise(from + i)) };
      });
    const before = line(0, 60, 1);
    const first = await learn(
      'number',
      before.map(({ inputs, target }) => [inputs.x, target] as const),
    );
    const examples: Example[] = [
      ...before.map((example) => ({ ...example, seen: true })),
      ...line(60, 140, 1.2),
      { inputs: { x: 30 }, target: 1e149 },
    ];
    const { definition } = first.model.head;
    const asked = {
      definition,
      revision: 1,
      champion: first.model,
      seed: 1,
      codeVersion: '0.0.0-test',
      examples,
    };
    const { verdict, judgement, metrics, artifact } = await train(asked);
    expect(verdict).toBe('promoted');
    // The mistyped row is no ground for a judgement, and the figures leave it out and say so.
    expect(judgement).toMatchObject({ rows: 80 });
    expect(metrics).toMatchObject({ wild: 1 });
    const answer = readModel(artifact?.bytes ?? new Uint8Array()).answer({ x: 30 });
    // Three of five rows are of the new prices.
    expect('value' in answer && Math.abs(answer.value - 107)).toBeLessThan(6);
  });

  test('nor does one where the inputs say nothing: the answer is the median', async () => {
    const { value } = await learn('number', [
      ...times(60, (r) => [r % 2, 100 + 10 * noise(r)] as const),
      [0, 1e12],
    ]);
    expect(Math.abs(value(1).value - 105)).toBeLessThan(5);
  });
});

describe('number targets', () => {
  test('that are never negative are not answered below zero, nor do their intervals reach below', async () => {
    const { value } = await learn(
      'number',
      times(200, (r) => [r % 50, Math.floor((r % 50) / 12 + 2 * noise(r))]),
    );
    for (const x of [0, 1, -40, 25]) {
      expect(value(x).value).toBeGreaterThanOrEqual(0);
      expect(value(x).low).toBeGreaterThanOrEqual(0);
    }
  });

  test('that grow by shares are learned as logarithms, and their intervals grow with them', async () => {
    const { value, model } = await learn(
      'number',
      times(300, (r) => [r % 100, Math.exp((r % 100) / 15) * (0.8 + 0.4 * noise(r))]),
    );
    expect(model.head.answer).toMatchObject({ scale: { kind: 'log' } });
    const [small, large] = [value(5), value(95)];
    expect(small.value / Math.exp(5 / 15)).toBeCloseTo(1, 0);
    expect(large.value / Math.exp(95 / 15)).toBeCloseTo(1, 0);
    expect((large.high - large.low) / (small.high - small.low)).toBeGreaterThan(50);
  });

  test('with a far input are answered finitely', async () => {
    const { value } = await learn(
      'number',
      times(100, (r) => [r, Math.exp(r / 10)]),
    );
    for (const x of [1e149, -1e149])
      expect(Number.isFinite(value(x).value) && Number.isFinite(value(x).high)).toBe(true);
  });

  test('that are negative at times are answered below zero', async () => {
    expect(
      (
        await learn(
          'number',
          times(100, (r) => [r % 20, (r % 20) - 10 + noise(r)]),
        )
      ).value(1).value,
    ).toBeLessThan(0);
  });

  test('that do not vary are answered as they are', async () => {
    const { value, outcome } = await learn(
      'number',
      times(50, (r) => [r, 19.99]),
    );
    expect(value(3)).toEqual({ value: 19.99, low: 19.99, high: 19.99 });
    expect(outcome.reason).toBe('First model: the target is 19.99 in all 50 examples, and so is the answer.');
  });
});
