import * as Type from 'typebox';

export const TrainingSchema = Type.Object(
  { enabled: Type.Boolean({ description: 'May predictors be trained? Answering goes on either way.' }) },
  { additionalProperties: false },
);
