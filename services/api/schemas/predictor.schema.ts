import * as Type from 'typebox';
import { DefinitionSchema } from '../../ml/predictor/definition.schema.ts';
import { Nullable, Time } from './nullable.ts';
import { PageOf } from './page-of.ts';
import { RetrainingSchema } from './retraining.schema.ts';
import { Warnings } from './warning.schema.ts';

export const PredictorSchema = Type.Object({
  name: Type.String(),
  revision: Type.Integer({ description: 'Rises with every change of the definition.' }),
  definition: DefinitionSchema,
  counter: Type.Object({
    newRows: Type.Integer({ description: 'Rows since the last counted retraining.' }),
    every: Type.Integer(),
  }),
  examples: Type.Object({
    imported: Type.Integer(),
    accepted: Type.Integer(),
    corrected: Type.Integer(),
  }),
  predictions: Type.Integer(),
  champion: Nullable(Type.Object({ model: Type.Integer(), promotedAt: Time })),
  missing: Type.Unsafe<Record<string, { needed: number; present: number }>>({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { needed: { type: 'integer' }, present: { type: 'integer' } },
    },
    description: 'What the first training waits for; empty when nothing.',
  }),
  unfit: Type.Object(
    {
      examples: Type.Integer(),
      reasons: Type.Array(
        Type.Object({ input: Type.String(), reason: Type.String(), examples: Type.Integer() }),
      ),
    },
    {
      description:
        'Stored examples that the definition in force does not take, and is not trained on: how many, and why, by input or target. Of rows that have to be looked into the newest 200,000 are.',
    },
  ),
  lastRetraining: Nullable(RetrainingSchema),
  labels: Type.Optional(
    Type.Array(Type.Object({ label: Type.String(), examples: Type.Integer() }), {
      description: 'The 100 most frequent labels. Like `otherLabels`, it stands where one predictor is read.',
    }),
  ),
  otherLabels: Type.Optional(
    Type.Object({ labels: Type.Integer(), examples: Type.Integer() }, { description: 'Those not shown.' }),
  ),
  warnings: Warnings,
});

export const AppliedSchema = Type.Object({
  ...PredictorSchema.properties,
  changed: Type.Boolean({ description: '`false`: the same definition is in force already.' }),
});

export const DeletionQuery = Type.Object({
  confirm: Type.String({ description: "The predictor's name once more." }),
});

export const DeletedSchema = Type.Object({
  predictor: Type.String(),
  predictions: Type.Integer(),
  examples: Type.Integer(),
  imports: Type.Integer(),
  models: Type.Integer(),
  retrainings: Type.Integer(),
  spooled: Type.Integer({ description: 'Answers that waited for the database, or had been set aside.' }),
  deletedAt: Time,
  done: Type.Boolean({ description: '`false`: rows are left; the same call goes on, or else the upkeep.' }),
});

export const PredictorsPage = PageOf('predictors', PredictorSchema);
