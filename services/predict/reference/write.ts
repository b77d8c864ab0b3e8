// Writes the published JSON Schema of predictor.json: node services/predict/reference/write.ts
import { writeFileSync } from 'node:fs';
import { predictorSchemaFile, predictorSchemaText } from './predictor-schema.ts';

writeFileSync(predictorSchemaFile, predictorSchemaText());
