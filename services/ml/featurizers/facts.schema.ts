import type { Static } from 'typebox';
import * as Type from 'typebox';

const closed = { additionalProperties: false } as const;

/**
 * `(value / unit − mean) / deviation`: the unit keeps the sums of very large values finite. A value below `low` or above
 * `high` is wild: it lies further out than anything that was learned from.
 */
const ScaleSchema = Type.Object(
  {
    unit: Type.Number({ exclusiveMinimum: 0 }),
    mean: Type.Number(),
    deviation: Type.Number({ minimum: 0 }),
    low: Type.Number(),
    high: Type.Number(),
  },
  closed,
);

const TextSettingsSchema = Type.Object(
  {
    shortest: Type.Integer({ minimum: 1, maximum: 20, description: "A character n-gram's length at least." }),
    longest: Type.Integer({
      minimum: 1,
      maximum: 20,
      description: "And at most, blanks at a word's ends counted.",
    }),
    pairs: Type.Boolean(),
    prefixes: Type.Boolean(),
    columns: Type.Integer({
      minimum: 0,
      maximum: 10_000_000,
      description: 'The most columns kept, by how many rows hold them.',
    }),
  },
  closed,
);

/** How rows are turned into columns. */
export const RowSettingsSchema = Type.Object(
  {
    text: TextSettingsSchema,
    cross: Type.Boolean({ description: 'Whether combinations of all inputs have columns of their own.' }),
  },
  closed,
);

/** The JSON part of each kind of fitted featurizer. */
export const FactsSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('text'),
      settings: TextSettingsSchema,
      blocks: Type.Array(Type.Integer({ minimum: 0 }), {
        description: 'The first column after each block of columns that is normalised on its own.',
      }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('category'), levels: Type.Array(Type.String()) }, closed),
  Type.Object({ kind: Type.Literal('number'), scale: ScaleSchema }, closed),
  Type.Object({ kind: Type.Literal('boolean') }, closed),
  Type.Object({ kind: Type.Literal('date'), scale: ScaleSchema, hours: Type.Boolean() }, closed),
]);

/** What a schema describes, of which nothing is written to. */
export type ReadOnly<T> = T extends object ? { readonly [Key in keyof T]: ReadOnly<T[Key]> } : T;

export type StandardScale = ReadOnly<Static<typeof ScaleSchema>>;
export type TextSettings = ReadOnly<Static<typeof TextSettingsSchema>>;
export type RowSettings = ReadOnly<Static<typeof RowSettingsSchema>>;
export type FeaturizerFacts = ReadOnly<Static<typeof FactsSchema>>;
export type TextFacts = Extract<FeaturizerFacts, { kind: 'text' }>;
