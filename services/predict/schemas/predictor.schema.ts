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
  lastRetraining: Nullable(RetrainingSchema),
  warnings: Warnings,
});

export const PredictorsPage = PageOf('predictors', PredictorSchema);
