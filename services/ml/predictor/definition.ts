import type { DefinitionDocument, Source } from './definition.schema.ts';

/** One input of a predictor, its defaults filled in. */
export type InputDefinition =
  | { readonly type: 'text' | 'category'; readonly maxLength: number; readonly optional: boolean }
  | { readonly type: 'number' | 'boolean' | 'date'; readonly optional: boolean };

export type TargetDefinition =
  | { readonly name: string; readonly type: 'label' }
  | { readonly name: string; readonly type: 'number'; readonly coverage: number };

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
    target:
      document.target.type === 'label'
        ? { name: document.target.name, type: 'label' }
        : { name: document.target.name, type: 'number', coverage: document.target.coverage ?? 0.9 },
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
  const optional = input.optional ?? false;
  if (input.type === 'text' || input.type === 'category') {
    return { type: input.type, maxLength: input.maxLength ?? 1000, optional };
  }
  return { type: input.type, optional };
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
