import { Ajv2020 } from 'ajv/dist/2020.js';
import { type HeadDocument, HeadSchema } from './head.schema.ts';

// Beside `validate` for the bundles, which hold the code that ajv makes in place of ajv.
export const ajv = new Ajv2020({
  ownProperties: true,
  strictNumbers: true,
  code: { source: true, esm: true },
});

export const validate = ajv.compile<HeadDocument>(HeadSchema);
