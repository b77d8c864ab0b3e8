import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';

/** Files that export schemas, and values beside them, all of them JSON. */
const SCHEMAS = /\.schema\.ts$/;

/**
 * Puts the JSON of each schema in the place of the code that makes it: a process that starts then makes none, and its
 * bundle is without the library that does.
 */
export const plainSchemas: Plugin = {
  name: 'plain schemas',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path: file }) => {
      const module: object = await import(pathToFileURL(file).href);
      const lines = Object.entries(module).map(
        ([name, value]) =>
          `export const ${name} = /* @__PURE__ */ JSON.parse(${literal(value, name, file)});`,
      );
      return { loader: 'js', contents: lines.join('\n') };
    });
  },
};

/** A text that V8 reads as JSON, quicker than a value that is written out. */
function literal(value: unknown, name: string, file: string): string {
  const text: string | undefined = JSON.stringify(value, (key, part: unknown) => {
    if (typeof part !== 'function') return part;
    throw new Error(`${file}: ${name} holds a function at ${key}, and schemas are JSON`);
  });
  if (text === undefined) throw new Error(`${file} exports ${name}, which is no JSON`);
  return JSON.stringify(text);
}
