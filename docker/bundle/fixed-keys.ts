import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const SCHEMAS = /[\\/]@aws-sdk[\\/].*[\\/]schemas_0\.js$/;
const TEXT = /^const (\w+) = ("[^"\\]*");$/gm;
const COMPUTED_KEY = /\[(\w+)\]:/g;

/**
 * Writes the keys in the schemas of AWS's clients as what they are: fixed texts, which the SDK keeps in constants. A
 * computed key may do anything, so the bundler would keep the schemas of all operations for the few that are called.
 */
export const fixedKeys: Plugin = {
  name: 'fixed keys',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const texts = new Map([...text.matchAll(TEXT)].map(([, name, value]) => [name, value]));
      const contents = text.replaceAll(COMPUTED_KEY, (key, name) => {
        const fixed = texts.get(name);
        return fixed === undefined ? key : `${fixed}:`;
      });
      return { loader: 'js', contents };
    });
  },
};
