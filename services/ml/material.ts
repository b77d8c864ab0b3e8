import { createHash } from 'node:crypto';
import type { Example } from './example.ts';
import { cellOf, keyOf } from './featurizers/cross.ts';
import { fitScale, isWild } from './featurizers/scale.ts';
import { byCodePoint, inputNames, type PredictorDefinition, type Row } from './predictor/definition.ts';
import { TrainingError } from './training.error.ts';

/** The examples as a training reads them: in an order of their content alone, whatever order they came in. */
export interface Material {
  readonly rows: readonly Row[];
  /** By row: equal where inputs, target and whether it is judged are. */
  readonly contents: readonly string[];
  /** By row: rows whose inputs are equal, upper and lower case and white space of texts apart, share a key. */
  readonly keys: readonly string[];
  /** The champion did not learn from this row, and its target is no guess. */
  readonly unseen: Uint8Array;
  readonly judged: Uint8Array;
  readonly target: Target;
  /** sha256 of the sorted content, in hexadecimal. */
  readonly fingerprint: string;
}

export type Target =
  | { readonly type: 'label'; readonly labels: readonly string[]; readonly y: Int32Array }
  | {
      readonly type: 'number';
      readonly y: Float64Array;
      /** By row, whether it stands so far apart that it is a typing error: no fit learns it, and it measures nothing. */
      readonly wild: Uint8Array;
      readonly coverage: number;
    };

/** The rows that a fit may learn: all but those of wild targets. */
export function learnableRows({ target }: Pick<Material, 'target'>): number[] {
  const rows = [...target.y.keys()];
  return target.type === 'label' ? rows : rows.filter((r) => target.wild[r] === 0);
}

/** @throws TrainingError `no_examples`, `bad_target` */
export function prepare(definition: PredictorDefinition, examples: readonly Example[]): Material {
  if (examples.length === 0) throw new TrainingError('no_examples', 'there is no example to learn from');
  const names = inputNames(definition);
  const sorted = examples
    .map((example) => ({ example, content: contentOf(example, names) }))
    .sort((a, b) => compare(a.content, b.content) || Number(a.example.seen) - Number(b.example.seen));
  const hash = createHash('sha256');
  for (const { content } of sorted) hash.update(content).update('\n');
  const ordered = sorted.map(({ example }) => example);
  return {
    rows: ordered.map(({ inputs }) => inputs),
    contents: sorted.map(({ content }) => content),
    keys: ordered.map(({ inputs }) => keyOf(inputs, names, definition)),
    unseen: Uint8Array.from(ordered, ({ seen, judged }) => (seen !== true && judged !== false ? 1 : 0)),
    judged: Uint8Array.from(ordered, ({ judged }) => (judged !== false ? 1 : 0)),
    target: targetOf(definition, ordered),
    fingerprint: hash.digest('hex'),
  };
}

function contentOf({ inputs, target, judged }: Example, names: readonly string[]): string {
  return JSON.stringify([names.map((name) => cellOf(inputs, name)), target, judged !== false]);
}

/** By UTF-16 unit: an order, no matter which, that no locale changes. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function targetOf(definition: PredictorDefinition, examples: readonly Example[]): Target {
  if (definition.target.type === 'number') {
    const y = Float64Array.from(examples, ({ target }) => {
      if (typeof target === 'number' && Number.isFinite(target)) return target;
      throw new TrainingError('bad_target', `a target is ${JSON.stringify(target)}, not a finite number`);
    });
    const scale = fitScale(y);
    const wild = Uint8Array.from(y, (value) => (isWild(value, scale) ? 1 : 0));
    return { type: 'number', y, wild, coverage: definition.target.coverage };
  }
  const names = examples.map(({ target }) => {
    if (typeof target === 'string') return target;
    throw new TrainingError('bad_target', `a target is ${JSON.stringify(target)}, not a label`);
  });
  const labels = [...new Set(names)].sort(byCodePoint);
  const numberOf = new Map(labels.map((label, number) => [label, number]));
  return { type: 'label', labels, y: Int32Array.from(names, (name) => numberOf.get(name) ?? -1) };
}
