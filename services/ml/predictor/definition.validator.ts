import { Ajv2020 } from 'ajv/dist/2020.js';
import { type DefinitionDocument, DefinitionSchema } from './definition.schema.ts';

// Beside `validate` for the bundles, which hold the code that ajv makes in place of ajv: making it takes 50 ms.
export const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  discriminator: true,
  ownProperties: true,
  strictNumbers: true,
  allowUnionTypes: true,
  code: { source: true, esm: true },
});

export const validate = ajv.compile<DefinitionDocument>(DefinitionSchema);
