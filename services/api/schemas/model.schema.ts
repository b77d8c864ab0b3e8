import * as Type from 'typebox';
import { Nullable, Time } from './nullable.ts';
import { PageOf } from './page-of.ts';
import { RowSchema } from './prediction.schema.ts';

export const ModelSchema = Type.Object({
  model: Type.Integer(),
  status: Type.Unsafe<string>({
    type: 'string',
    enum: ['champion', 'retired', 'rejected', 'awaiting-approval'],
  }),
  learner: Type.String(),
  settings: Type.Unsafe<unknown>({ type: 'object', additionalProperties: true }),
  examples: Type.Integer(),
  metrics: Type.Unsafe<unknown>({
    type: 'object',
    additionalProperties: true,
    description:
      '`accuracy`, `top3`, `logLoss`, `macroF1`, `ece` for labels; `mae`, `rmse`, `r2` for numbers: from rows that the fit did not see, with their number and an interval. `seen` and `new` hold the same for inputs that other examples have too and for those that none has, each with its `share` of the rows; `{"share", "rows": 0}` where there are none. `wild`: rows whose number target stands so far apart that no figure counts it.',
  }),
  sha256: Type.String(),
  revision: Type.Integer({ description: 'The revision of the definition that it was made for.' }),
  trainedAt: Time,
  promotedAt: Nullable(Time),
  learnedFromErased: Type.Boolean({ description: 'Rows that it learned from were erased since.' }),
  erased: Type.Integer(),
  retiredAt: Nullable(Time),
  pruned: Type.Boolean({ description: 'Its artifact was removed as an old one: it can serve no more.' }),
});

export const ModelsPage = PageOf('models', ModelSchema);

export const ChampionBody = Type.Object(
  { model: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);

export const ChampionSchema = Type.Object({
  predictor: Type.String(),
  model: Type.Integer(),
  promotedAt: Time,
});

const source = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  enum: ['imported', 'accepted', 'corrected', 'predicted', null],
  description: '`predicted`: a guess of a model; null where it is not known.',
});

export const LearnedRowSchema = Type.Union([
  Type.Object({
    row: Type.String(),
    prediction: Nullable(Type.String({ format: 'uuid', description: 'Null for an imported row.' })),
    inputs: RowSchema,
    label: Type.Optional(
      Nullable(
        Type.String({
          description:
            'As it was when the model learned it. Null where that is not known: the model is older than the record of it.',
        }),
      ),
    ),
    value: Type.Optional(Type.Number({ description: 'Where the target is a number.' })),
    source,
    erased: Type.Literal(false),
  }),
  Type.Object({ row: Type.String(), erased: Type.Literal(true) }),
]);

export const LearnedRowsPage = PageOf('examples', LearnedRowSchema);

export const ReproductionSchema = Type.Object({
  id: Type.Integer(),
  model: Type.Integer(),
  status: Type.Unsafe<string>({ type: 'string', enum: ['requested', 'running', 'finished'] }),
  equal: Nullable(
    Type.Boolean({ description: 'Null until it is finished, and where it could not be tried.' }),
  ),
  sha256: Nullable(Type.String({ description: 'Of the bytes that were made.' })),
  expected: Type.String({ description: "Of the model's bytes, as they were registered." }),
  reason: Nullable(Type.String()),
  requestedAt: Time,
  startedAt: Nullable(Time),
  finishedAt: Nullable(Time),
});
