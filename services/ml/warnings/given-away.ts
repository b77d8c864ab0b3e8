import type { InputDefinition, InputValue } from '../predictor/definition.ts';
import type { SampledRow } from './row-sample.ts';

const { max, min } = Math;

/** With fewer rows a column may fit the target by chance. */
const LEAST_ROWS = 50;
/** A column gives the answer away when it is wrong in so few rows, and in so small a part of what is wrong without it. */
const WRONG = 0.005;
const WRONG_OF_BASE = 0.05;
/** A value or a word that stands for a label stands there so often at least. */
const LEAST_OF_VALUE = 5;
/** Words that may tell one label from the others: with more, any text would. */
const WORDS = 3;
/** A word stands in such a share of the label's rows. */
const WORD_SHARE = 0.2;
/** Where there are more labels, or a value has more words than this on average, words are not looked at: texts are to tell labels apart. */
const LABELS = 12;
const WORDS_OF_VALUE = 2;
/** Nor where there are more different words. */
const VOCABULARY = 40;

type Target = string | number;

/** A label or number target, and the column's values beside it, of the same rows. */
interface Pairs {
  readonly values: readonly InputValue[];
  readonly targets: readonly Target[];
}

/**
 * In how many of the sampled rows a column alone gives the target, where that is nearly all of them; null where it does
 * not. A label is given by a value of its own (a renamed label, `yes` and `no`, a date that is missing wherever the answer is
 * "no"), one label by all other values; or by one of a few words (`3 seasons`, `90 min`). That each of many values has its
 * label (a city its country) is what inputs are for. A number is given by another one that lies on a line with it, or that
 * rises or falls wherever it does.
 */
export function givesAway(input: InputDefinition, place: number, rows: readonly SampledRow[]): number | null {
  if (rows.length < LEAST_ROWS) return null;
  const pairs = {
    values: rows.map(({ values }) => values[place] ?? null),
    targets: rows.map(({ target }) => target),
  };
  return typeof pairs.targets[0] === 'number' ? numberGiven(input, pairs) : labelGiven(input, pairs);
}

function labelGiven(input: InputDefinition, pairs: Pairs): number | null {
  const { targets } = pairs;
  const labels = countBy(targets);
  const base = targets.length - max(...labels.values());
  if (labels.size < 2 || base < LEAST_OF_VALUE) return null;
  const hasWords = input.type === 'text' || input.type === 'category';
  const wrong = min(
    wrongByValue(pairs, labels),
    hasWords && labels.size <= LABELS ? wrongByWords(pairs, labels) : targets.length,
  );
  return wrong <= min(WRONG * targets.length, WRONG_OF_BASE * base) ? targets.length - wrong : null;
}

/** Each label but one has a value of its own; missing is a value. */
function wrongByValue({ values, targets }: Pairs, labels: ReadonlyMap<Target, number>): number {
  const groups = new Map<InputValue, Map<Target, number>>();
  for (const [i, value] of values.entries()) {
    const group = groups.get(value) ?? new Map<Target, number>();
    groups.set(value, group.set(targets[i] ?? '', (group.get(targets[i] ?? '') ?? 0) + 1));
  }
  const own = new Map<Target, { value: InputValue; rows: number }>();
  for (const [value, group] of groups) {
    const [label, rows] = mostOf(group);
    if (rows >= LEAST_OF_VALUE && rows > (own.get(label)?.rows ?? 0)) own.set(label, { value, rows });
  }
  const beside = new Map([...labels].map(([label, rows]) => [label, rows - (own.get(label)?.rows ?? 0)]));
  const [other] = mostOf(beside);
  const labelOf = new Map(
    [...own].flatMap(([label, { value }]) => (label === other ? [] : [[value, label]])),
  );
  return targets.filter((target, i) => target !== (labelOf.get(values[i] ?? null) ?? other)).length;
}

/** For each label but the most frequent, at most WORDS words that stand with no other: what they do not tell is wrong. */
function wrongByWords({ values, targets }: Pairs, labels: ReadonlyMap<Target, number>): number {
  const words = wordsOf(values);
  if (words === null) return targets.length;
  const byWord = new Map<string, Map<Target, number>>();
  for (const [i, own] of words.entries()) {
    for (const word of own) {
      const group = byWord.get(word) ?? new Map<Target, number>();
      byWord.set(word, group.set(targets[i] ?? '', (group.get(targets[i] ?? '') ?? 0) + 1));
    }
  }
  const [common] = mostOf(labels);
  const labelOf = new Map<string, Target>();
  for (const [label, rows] of labels) {
    if (label === common) continue;
    const telling = [...byWord]
      .filter(([, group]) => (group.get(label) ?? 0) >= WORD_SHARE * rows && isNearlyAll(group, label))
      .sort(([a, x], [b, y]) => (y.get(label) ?? 0) - (x.get(label) ?? 0) || (a < b ? -1 : 1));
    for (const [word] of telling.slice(0, WORDS)) labelOf.set(word, label);
  }
  const told = words.map((own) =>
    [...own].map((word) => labelOf.get(word)).find((label) => label !== undefined),
  );
  return targets.filter((target, i) => target !== (told[i] ?? common)).length;
}

function isNearlyAll(labels: ReadonlyMap<Target, number>, label: Target): boolean {
  const all = [...labels.values()].reduce((sum, rows) => sum + rows, 0);
  return (labels.get(label) ?? 0) >= (1 - WRONG) * all;
}

/** The words of each value; null where there are so many that they are texts. */
function wordsOf(values: readonly InputValue[]): Set<string>[] | null {
  const vocabulary = new Set<string>();
  const known = new Map<InputValue, Set<string>>();
  const words: Set<string>[] = [];
  let count = 0;
  for (const value of values) {
    let own = known.get(value);
    if (own === undefined) {
      own = new Set(typeof value === 'string' ? value.toLowerCase().match(/\p{L}+/gu) : []);
      known.set(value, own);
      for (const word of own) vocabulary.add(word);
    }
    count += own.size;
    words.push(own);
    if (vocabulary.size > VOCABULARY) return null;
  }
  return count > WORDS_OF_VALUE * values.length ? null : words;
}

function numberGiven(input: InputDefinition, { values, targets }: Pairs): number | null {
  if (input.type !== 'number') return null;
  const points = values.flatMap((x, i) => {
    const y = targets[i];
    return typeof x === 'number' && typeof y === 'number' ? [{ x, y }] : [];
  });
  if (points.length < (1 - WRONG) * targets.length || points.length < LEAST_ROWS) return null;
  if (new Set(points.map(({ x }) => x)).size < 10 || new Set(points.map(({ y }) => y)).size < 10) return null;
  return isLine(points) || isMonotone(points) ? points.length : null;
}

type Point = { readonly x: number; readonly y: number };

/** But for rounding. */
function isLine(points: readonly Point[]): boolean {
  const n = points.length;
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point) / n, 0);
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const xx = mean(({ x }) => (x - mx) ** 2);
  const yy = mean(({ y }) => (y - my) ** 2);
  const xy = mean(({ x, y }) => (x - mx) * (y - my));
  return xy ** 2 > (1 - 1e-5) * xx * yy;
}

function isMonotone(points: readonly Point[]): boolean {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const steps = sorted.slice(1).map((point, i) => Math.sign(point.y - (sorted[i]?.y ?? point.y)));
  const ties = sorted.slice(1).every((point, i) => point.x !== sorted[i]?.x || point.y === sorted[i]?.y);
  return ties && (!steps.includes(-1) || !steps.includes(1));
}

function mostOf(counts: ReadonlyMap<Target, number>): readonly [Target, number] {
  let most: readonly [Target, number] = ['', -1];
  for (const entry of counts) if (entry[1] > most[1]) most = entry;
  return most;
}

function countBy(values: readonly Target[]): Map<Target, number> {
  const counts = new Map<Target, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
