// Writes the published JSON Schema of predictor.json: node test/docs/write-predictor-schema.ts
import { writeFileSync } from 'node:fs';
import { predictorSchemaFile, predictorSchemaText } from './predictor-schema.ts';

writeFileSync(predictorSchemaFile, predictorSchemaText());
