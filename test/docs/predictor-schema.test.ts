import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { predictorSchemaFile, predictorSchemaText } from './predictor-schema.ts';

test('the published schema of predictor.json is the one that the code checks by', () => {
  expect(readFileSync(predictorSchemaFile, 'utf8')).toBe(predictorSchemaText());
});
