import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Ajv, ValidateFunction } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Plugin } from 'esbuild';

/** Files that export `validate`, and the `ajv` that made it with its source kept. */
const VALIDATORS = /\.validator\.ts$/;

/**
 * Puts the code that ajv makes of a schema in the place of the file that has ajv make it: a process that starts then makes
 * none, which took half of its time.
 */
export const compiledValidators: Plugin = {
  name: 'compiled validators',
  setup(build) {
    build.onLoad({ filter: VALIDATORS }, async ({ path: file }) => {
      return { loader: 'js', contents: await compiledValidator(file), resolveDir: path.dirname(file) };
    });
  },
};

/** What ajv makes of the schema of such a file, as JavaScript. It asks for ajv's own parts with `require`. */
export async function compiledValidator(file: string): Promise<string> {
  const { ajv, validate } = read(await import(pathToFileURL(file).href), file);
  return standalone.default(ajv, validate);
}

function read(module: object, file: string): { ajv: Ajv; validate: ValidateFunction } {
  if (!('ajv' in module) || !('validate' in module)) throw new Error(`${file} exports no ajv and validate`);
  const { ajv, validate } = module;
  if (!isAjv(ajv) || !isValidate(validate)) throw new Error(`${file} exports something else`);
  return { ajv, validate };
}

function isAjv(value: unknown): value is Ajv {
  return typeof value === 'object' && value !== null && 'compile' in value && 'opts' in value;
}

function isValidate(value: unknown): value is ValidateFunction {
  return typeof value === 'function' && 'schema' in value;
}
