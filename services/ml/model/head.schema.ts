import type { Static, TProperties } from 'typebox';
import * as Type from 'typebox';
import { FactsSchema, type ReadOnly } from '../featurizers/facts.schema.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import { RecipeSchema, ScaleKind } from '../selection/recipe.schema.ts';

/** Raised when a reader of before could not read what is written now. */
export const FORMAT = 3;

const closed = { additionalProperties: false } as const;
const Count = Type.Integer({ minimum: 0 });

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

const LabelAnswerSchema = Type.Object(
  {
    target: Type.Literal('label'),
    labels: Type.Array(Type.String(), {
      minItems: 1,
      uniqueItems: true,
      description: 'In code-point order.',
    }),
    temperature: Type.Number({
      exclusiveMinimum: 0,
      description: 'Scores are divided by it before they become probabilities.',
    }),
  },
  closed,
);

const NumberAnswerSchema = Type.Object(
  {
    target: Type.Literal('number'),
    scale: Type.Object(
      {
        kind: ScaleKind,
        shift: Type.Number({ minimum: 0 }),
        least: Type.Union([Type.Number(), Type.Null()]),
        most: Type.Union([Type.Number(), Type.Null()]),
      },
      { ...closed, description: 'The unit that it was learned in.' },
    ),
    interval: Type.Object(
      {
        residual: Type.Number({
          minimum: 0,
          description: "Half the interval's width, in the unit that the number was learned in.",
        }),
        coverage: Type.Number(),
        rows: Count,
      },
      closed,
    ),
  },
  closed,
);

/**
 * All that is said about a model beside its numbers. No time, no version and no row's id stands in it: the same examples,
 * definition, settings and seed give the same bytes.
 */
export const HeadSchema = Type.Object(
  {
    format: Type.Literal(FORMAT),
    codeVersion: Type.String(),
    /** Parsed on its own, by what parses every definition. */
    definition: Type.Unknown(),
    revision: Count,
    recipe: RecipeSchema,
    chosenOn: Type.Integer({ minimum: 0, description: 'How many examples the recipe was chosen on.' }),
    featurizer: Type.Array(Type.Object({ name: Type.String(), facts: FactsSchema }, closed), { minItems: 1 }),
    width: Type.Integer({ minimum: 0, description: 'How many columns the learner knows.' }),
    seed: Type.Integer(),
    examples: Type.Integer({ minimum: 0, description: 'How many were learned from.' }),
    fingerprint: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: "sha256 of the examples' sorted content.",
    }),
    metrics: Type.Unsafe<Metrics | null>(
      Type.Union([metricsOf(labelFigures, {}), metricsOf(numberFigures, { wild: Count }), Type.Null()], {
        description: 'From rows that the fit did not see; null where there were none.',
      }),
    ),
    answer: Type.Union([LabelAnswerSchema, NumberAnswerSchema]),
  },
  closed,
);

/** As it stands in a file: its definition is not read yet. */
export type HeadDocument = ReadOnly<Static<typeof HeadSchema>>;

export type ModelHead = Omit<HeadDocument, 'definition'> & { readonly definition: PredictorDefinition };

/** What turns a learner's scores into labels and probabilities, or its value into a number and an interval. */
export type AnswerFacts = ModelHead['answer'];
