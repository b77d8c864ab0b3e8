import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

const OURS = /[\\/](services|database|infra)[\\/][^:]*\.ts$/;
const ERROR_CLASS = /\bclass (\w+) extends \w*Error\b[^{\n]*\{/g;

/**
 * Errors call themselves by their class, which a log then shows: of all names that the bundle makes short, only these are
 * told to whoever runs it. (Keeping all names costs a call for each function at each start.)
 */
export const errorNames: Plugin = {
  name: 'error names',
  setup(build) {
    build.onLoad({ filter: OURS }, async ({ path }) => {
      if (path.includes('node_modules')) return null;
      const text = await readFile(path, 'utf8');
      const named = text.replaceAll(ERROR_CLASS, "$& static override readonly name: string = '$1';");
      return named === text ? null : { loader: 'ts', contents: named };
    });
  },
};
