import type { Static, TProperties } from 'typebox';
import * as Type from 'typebox';
import { hyperParameters } from '../learners/hyper-parameters.ts';
import type { LearnerName } from '../learners/learner.ts';
import type { TargetScale } from '../learners/target-scale.ts';

/** Raised when a reader of before could not read what is written now. */
export const FORMAT = 2;

const closed = { additionalProperties: false } as const;
const Count = Type.Integer({ minimum: 0 });

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
    shortest: Type.Integer({ minimum: 1, maximum: 20 }),
    longest: Type.Integer({ minimum: 1, maximum: 20 }),
    pairs: Type.Boolean(),
    prefixes: Type.Boolean(),
    columns: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
  },
  closed,
);

const FactsSchema = Type.Union([
  Type.Object(
    { kind: Type.Literal('text'), settings: TextSettingsSchema, blocks: Type.Array(Count) },
    closed,
  ),
  Type.Object({ kind: Type.Literal('category'), levels: Type.Array(Type.String()) }, closed),
  Type.Object({ kind: Type.Literal('number'), scale: ScaleSchema }, closed),
  Type.Object({ kind: Type.Literal('boolean') }, closed),
  Type.Object({ kind: Type.Literal('date'), scale: ScaleSchema, hours: Type.Boolean() }, closed),
]);

const Interval = Type.Object({ low: Type.Number(), high: Type.Number() });

const labelFigures = {
  accuracy: Type.Number(),
  top3: Type.Number(),
  logLoss: Type.Number(),
  macroF1: Type.Number(),
  ece: Type.Number(),
};
const numberFigures = { mae: Type.Number(), rmse: Type.Number(), r2: Type.Number() };

/** Figures of all rows, and of those whose inputs the fit knew and did not know; these stand out where no row is such. */
function metricsOf<Figures extends TProperties, More extends TProperties>(figures: Figures, more: More) {
  const counted = { rows: Count, intervals: Type.Record(Type.String(), Interval) };
  const share = Type.Number({ minimum: 0, maximum: 1 });
  const part = Type.Union([
    Type.Object({ share, ...figures, ...counted }, closed),
    Type.Object({ share, rows: Type.Literal(0) }, closed),
  ]);
  return Type.Object({ ...figures, ...counted, ...more, seen: part, new: part }, closed);
}

const ScaleKind = Type.Unsafe<TargetScale['kind']>({ type: 'string', enum: ['linear', 'log'] });

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const HeadSchema = Type.Object(
  {
    format: Type.Literal(FORMAT),
    codeVersion: Type.String(),
    /** Parsed on its own, by what parses every definition. */
    definition: Type.Unknown(),
    revision: Count,
    featurizer: Type.Array(Type.Object({ name: Type.String(), facts: FactsSchema }, closed), { minItems: 1 }),
    learner: Type.Object(
      {
        name: Type.Unsafe<LearnerName>({ type: 'string', enum: Object.keys(hyperParameters) }),
        width: Count,
        settings: Type.Record(Type.String(), Type.Number()),
        text: TextSettingsSchema,
        cross: Type.Boolean(),
        scale: ScaleKind,
        chosenOn: Type.Integer({ minimum: 0, description: 'How many examples the settings were chosen on.' }),
      },
      closed,
    ),
    labels: Type.Array(Type.String(), { uniqueItems: true }),
    seed: Type.Integer(),
    examples: Count,
    fingerprint: Sha256,
    metrics: Type.Union([
      metricsOf(labelFigures, {}),
      metricsOf(numberFigures, { wild: Count }),
      Type.Null(),
    ]),
    temperature: Type.Number({ exclusiveMinimum: 0 }),
    targetScale: Type.Union([
      Type.Object(
        {
          kind: ScaleKind,
          shift: Type.Number({ minimum: 0 }),
          least: Type.Union([Type.Number(), Type.Null()]),
          most: Type.Union([Type.Number(), Type.Null()]),
        },
        closed,
      ),
      Type.Null(),
    ]),
    conformal: Type.Union([
      Type.Object({ residual: Type.Number({ minimum: 0 }), coverage: Type.Number(), rows: Count }, closed),
      Type.Null(),
    ]),
  },
  closed,
);

export type HeadDocument = Static<typeof HeadSchema>;
