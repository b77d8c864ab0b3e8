import Type from 'typebox';
import { Nullable, Time } from './nullable.ts';

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
      '`accuracy`, `top3`, `logLoss`, `macroF1`, `ece` for labels; `mae`, `rmse`, `r2` for numbers: from rows that the fit did not see, with their number and an interval.',
  }),
  sha256: Type.String(),
  revision: Type.Integer({ description: 'The revision of the definition that it was made for.' }),
  trainedAt: Time,
  promotedAt: Nullable(Time),
  learnedFromErased: Type.Boolean({ description: 'Rows that it learned from were erased since.' }),
  erased: Type.Integer(),
});

export const ChampionBody = Type.Object(
  { model: Type.Integer({ minimum: 1 }) },
  { additionalProperties: false },
);

export const ChampionSchema = Type.Object({
  predictor: Type.String(),
  model: Type.Integer(),
  promotedAt: Time,
});
