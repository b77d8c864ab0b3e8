import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
import { ProblemSchema } from './problem.schema.ts';

export const RowSchema = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
  examples: [{ query: 'labora' }],
  description: "The row: the predictor's inputs by name. A missing or null input is missing.",
});

const answer = {
  suggestions: Type.Optional(
    Type.Array(Type.Object({ label: Type.String(), probability: Type.Number({ minimum: 0, maximum: 1 }) }), {
      description: 'Labels by probability, where the target is a label.',
    }),
  ),
  value: Type.Optional(Type.Number({ description: 'Where the target is a number.' })),
  interval: Type.Optional(
    Type.Object({
      low: Type.Number(),
      high: Type.Number(),
      coverage: Type.Number({ description: 'The share of true values that such intervals hold.' }),
      rows: Type.Integer({ description: 'How many rows it rests on.' }),
    }),
  ),
  unknown: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Inputs whose category the model has not learned: it answers as for any that it does not know.',
    }),
  ),
};

export const SuggestionsSchema = Type.Object({
  predictor: Type.String(),
  model: Type.Integer({ description: 'The version of the model that answered.' }),
  ...answer,
});

export const RecordedSchema = Type.Object({
  id: Type.String({ format: 'uuid' }),
  ...SuggestionsSchema.properties,
  recorded: Type.Union([Type.Literal(true), Type.Literal('deferred')], {
    description: '`deferred`: the database is away, the row is kept and recorded later.',
  }),
});

/** Of many rows, each row's fate. `status` is an answered row's. */
function fateOf(answered: Type.TObject, status: number) {
  return Type.Union([
    Type.Object({ status: Type.Literal(status), ...answered.properties }),
    Type.Object({
      status: Type.Integer({ minimum: 400 }),
      code: ProblemSchema.properties.code,
      detail: ProblemSchema.properties.detail,
      errors: ProblemSchema.properties.errors,
    }),
  ]);
}

function AnswersOf(answered: Type.TObject, status: number) {
  return Type.Object({
    answers: Type.Array(fateOf(answered, status), { description: 'Of each row, in their order.' }),
    ignored: Type.Optional(
      Type.Array(Type.String(), { description: 'Columns of a CSV file that are no inputs.' }),
    ),
  });
}

export const RecordedRowsSchema = AnswersOf(RecordedSchema, 201);

export const SuggestedSchema = Type.Union([SuggestionsSchema, AnswersOf(SuggestionsSchema, 200)]);

/** What a row may be, and many, by their media type. */
export const ROW_BODIES = {
  'application/json': Type.Union([
    RowSchema,
    Type.Array(RowSchema, { minItems: 1, maxItems: 1_000, description: 'Many rows.' }),
  ]),
  'text/csv': Type.String({
    description: 'Many rows: a header that names the inputs, then a row a line, 1,000 at most.',
  }),
  'application/x-ndjson': Type.String({ description: 'Many rows: one JSON object a line, 1,000 at most.' }),
};

export const PredictionSchema = Type.Object({
  id: Type.String({ format: 'uuid' }),
  predictor: Type.String(),
  model: Type.Integer(),
  inputs: RowSchema,
  ...answer,
  label: Nullable(Type.Union([Type.String(), Type.Number()])),
  source: Nullable(Type.Union([Type.Literal('accepted'), Type.Literal('corrected')])),
  rank: Nullable(
    Type.Integer({ description: 'The place of the label among the suggestions shown, from 1.' }),
  ),
  createdAt: Time,
});

export const ErasedSchema = Type.Object({
  id: Type.String(),
  erased: Type.Literal(true),
  flaggedModels: Type.Array(Type.Integer(), {
    description: 'The models that learned from it. What they learned stays in them until they are pruned.',
  }),
});

export const LabelBody = Type.Union([
  Type.Object({ label: Type.String({ minLength: 1, maxLength: 255 }) }, { additionalProperties: false }),
  Type.Object({ value: Type.Number() }, { additionalProperties: false }),
]);

export const LabelledSchema = Type.Object({
  id: Type.String(),
  predictor: Type.String(),
  label: Type.Optional(Type.String()),
  value: Type.Optional(Type.Number()),
  source: Type.Union([Type.Literal('accepted'), Type.Literal('corrected')], {
    description: '`accepted` when it was among the suggestions shown.',
  }),
  rank: Nullable(Type.Integer()),
});
