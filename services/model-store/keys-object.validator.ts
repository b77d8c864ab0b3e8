import { Ajv } from 'ajv';
import { type KeysObject, KeysObjectSchema } from './keys-object.schema.ts';

// Beside `validate` for the bundles, which hold the code that ajv makes in place of ajv.
export const ajv = new Ajv({ code: { source: true, esm: true } });

export const validate = ajv.compile<KeysObject>(KeysObjectSchema);
