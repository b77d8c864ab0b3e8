import type { Static } from 'typebox';
import * as Type from 'typebox';
import { type ReadOnly, RowSettingsSchema } from '../featurizers/facts.schema.ts';
import { LEARNERS, type LearnerName } from '../learners/learners.ts';

const closed = { additionalProperties: false } as const;

export const ScaleKind = Type.Unsafe<'linear' | 'log'>({ type: 'string', enum: ['linear', 'log'] });

/** All that is chosen about a model before it is fitted. */
export const RecipeSchema = Type.Object(
  {
    features: RowSettingsSchema,
    learner: Type.Unsafe<LearnerName>({ type: 'string', enum: LEARNERS.map(({ name }) => name) }),
    settings: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()]), {
      description: 'By name; those that are left out have their defaults. The learner checks them.',
    }),
    scale: ScaleKind,
  },
  closed,
);

export type Recipe = ReadOnly<Static<typeof RecipeSchema>>;
