import type { DefinitionDocument, Source } from './definition.schema.ts';

/** A value as a definition may name it. */
export type Scalar = string | number | boolean;

/** Where the values of an input or of the target come from. What is absent was not said. */
export interface Origin {
  /** The file's column, where it is named otherwise. */
  readonly column?: string;
  /** The name that it had before. */
  readonly was?: string;
  /** Values that stand for missing. */
  readonly missing?: readonly Scalar[];
}

/** One input of a predictor, its defaults filled in. */
export type InputDefinition = Origin & { readonly optional: boolean } & (
    | { readonly type: 'text' | 'category'; readonly maxLength: number }
    | { readonly type: 'number' | 'boolean' }
    | { readonly type: 'date'; readonly format?: string }
  );

export type TargetDefinition = Origin & { readonly name: string } & (
    | { readonly type: 'label' }
    | { readonly type: 'number'; readonly coverage: number }
  );

/** When a predictor is trained again. What is absent holds nothing back. */
export interface Retraining {
  readonly every: number;
  readonly of: 'predictions' | 'labels';
  /** Seconds from the start of one training to that of the next. */
  readonly minInterval?: number;
  /** Trainings started in any 24 hours. */
  readonly maxPerDay?: number;
}

/** A predictor's definition with every default filled in. Inputs keep no order: columns are sorted by name. */
export interface PredictorDefinition {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly target: TargetDefinition;
  readonly suggestions: number;
  readonly retraining: Retraining;
  readonly learnFrom: readonly Source[];
  readonly promotion: 'automatic' | 'manual';
  readonly margin: number;
}

/** A value that a row may hold. `null` and a missing key both mean: missing. */
export type InputValue = string | number | boolean | null;

/** A row of inputs by column name, already validated against a definition. */
export type Row = Readonly<Record<string, InputValue>>;

/** Fills in the defaults of a document that fits the schema. */
export function withDefaults(document: DefinitionDocument): PredictorDefinition {
  return {
    name: document.name,
    inputs: Object.fromEntries(
      Object.entries(document.inputs).map(([name, input]) => [name, inputWithDefaults(input)]),
    ),
    target: targetWithDefaults(document.target),
    suggestions: document.suggestions ?? 3,
    retraining: retrainingWithDefaults(document.retraining ?? {}),
    learnFrom: document.learnFrom ?? ['imported', 'accepted', 'corrected'],
    promotion: document.promotion ?? 'automatic',
    margin: document.margin ?? 0.01,
  };
}

function retrainingWithDefaults(retraining: NonNullable<DefinitionDocument['retraining']>): Retraining {
  const { minInterval, maxPerDay } = retraining;
  return {
    every: retraining.every ?? 100,
    of: retraining.of ?? 'predictions',
    ...(minInterval === undefined ? {} : { minInterval }),
    ...(maxPerDay === undefined ? {} : { maxPerDay }),
  };
}

function inputWithDefaults(input: DefinitionDocument['inputs'][string]): InputDefinition {
  // Who declares what stands for missing expects it: a row is not refused for it.
  const common = { optional: input.optional ?? input.missing !== undefined, ...originOf(input) };
  switch (input.type) {
    case 'text':
    case 'category':
      return { type: input.type, maxLength: input.maxLength ?? 1000, ...common };
    case 'date':
      return { type: input.type, ...common, ...(input.format === undefined ? {} : { format: input.format }) };
    default:
      return { type: input.type, ...common };
  }
}

function targetWithDefaults(target: DefinitionDocument['target']): TargetDefinition {
  const { name, type } = target;
  if (type === 'label') return { name, type, ...originOf(target) };
  return { name, type, coverage: target.coverage ?? 0.9, ...originOf(target) };
}

/** Keys that were not sent stay away: a definition without them is stored as it always was. */
function originOf({
  column,
  was,
  missing,
}: DefinitionDocument['inputs'][string] | DefinitionDocument['target']): Origin {
  return {
    ...(column === undefined ? {} : { column }),
    ...(was === undefined ? {} : { was }),
    ...(missing === undefined ? {} : { missing }),
  };
}

/** The input names in the order in which every featurizer reads them: by code point. */
export function inputNames(definition: Pick<PredictorDefinition, 'inputs'>): string[] {
  return Object.keys(definition.inputs).sort(byCodePoint);
}

/**
 * What a model depends on, as one string: two definitions with the same signature can use each other's models.
 * `maxLength` is not part of it: it limits rows, it does not change their meaning.
 */
export function signature(definition: Pick<PredictorDefinition, 'inputs' | 'target'>): string {
  const inputs = inputNames(definition).map((name) => {
    const input = definition.inputs[name];
    return [name, input?.type, input?.optional];
  });
  return JSON.stringify([inputs, definition.target.name, definition.target.type]);
}

/** Compares by Unicode code point, as PostgreSQL's `COLLATE "C"` does with UTF-8; JavaScript's `<` compares UTF-16. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates (U+D800–DFFF) stand for code points above U+FFFF: lift them over U+E000–FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
