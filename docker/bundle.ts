// Makes one file of a program and of all that it imports: node docker/bundle.ts predict|train FOLDER
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Metafile } from 'esbuild';
import { compiledValidators } from './bundle/compiled-validators.ts';
import { embeddedSql } from './bundle/embedded-sql.ts';
import { errorNames } from './bundle/error-names.ts';
import { fixedKeys } from './bundle/fixed-keys.ts';
import { leaseThreadInside } from './bundle/lease-thread-inside.ts';
import { lightBuiltins } from './bundle/light-builtins.ts';
import { neverAsked } from './bundle/never-asked.ts';
import { otherRuntimes } from './bundle/other-runtimes.ts';
import { pagesBeside } from './bundle/pages-beside.ts';
import { joinedMetafile, joinedPieces, REGISTER, readPieces } from './bundle/pieces.ts';
import { plainSchemas } from './bundle/plain-schemas.ts';

/** Which program an image holds. */
export type Program = 'predict' | 'train';

/** A program as one file. */
export interface Bundle {
  readonly file: string;
  /** Its source map, which the file names. */
  readonly map: string;
  /** What is in it, as esbuild counts. */
  readonly metafile: Metafile;
}

const ROOT = path.resolve(import.meta.dirname, '..');

/** What CommonJS packages have and a module has not: `require` for Node's own modules, and the folder they are in. */
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  'const __bundleFolder = import.meta.dirname;',
  `const ${REGISTER} = {};`,
].join('');

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // Names and lines are enough to read a stack; the sources themselves are the commit's, and three times as large.
  sourcesContent: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const;

/** Bundles the program of an image into `index.mjs` in a folder. */
export function bundle(program: Program, outFolder: string): Promise<Bundle> {
  return bundleFile(path.join(ROOT, 'docker', 'entries', `${program}.ts`), outFolder);
}

/**
 * Bundles an entry file into `index.mjs` in a folder: an ES module for Node 24, minified, with its map beside it, and
 * nothing left to be found at run time but Node's own modules. The same sources give the same bytes.
 */
export async function bundleFile(entry: string, outFolder: string): Promise<Bundle> {
  const file = path.join(outFolder, 'index.mjs');
  const split = await build({
    ...COMMON,
    entryPoints: { index: entry },
    outdir: outFolder,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    write: false,
    // The module files of packages, where they have both kinds: what is not used falls away.
    mainFields: ['module', 'main'],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'inline',
    plugins: [
      compiledValidators,
      embeddedSql,
      leaseThreadInside,
      lightBuiltins,
      neverAsked,
      otherRuntimes,
      pagesBeside(outFolder),
      plainSchemas,
      errorNames,
      fixedKeys,
    ],
  });
  const pieces = readPieces(split.outputFiles, split.metafile.outputs, file);
  const joined = await build({
    ...COMMON,
    entryPoints: [`./${pieces.entry}`],
    outfile: file,
    minify: true,
    sourcemap: 'linked',
    banner: { js: BANNER },
    plugins: [joinedPieces(pieces)],
  });
  return { file, map: `${file}.map`, metafile: joinedMetafile(split.metafile, joined.metafile) };
}

if (import.meta.main) {
  const [program, folder] = process.argv.slice(2);
  if ((program !== 'predict' && program !== 'train') || folder === undefined) {
    console.error('usage: node docker/bundle.ts predict|train FOLDER');
    process.exit(2);
  }
  const { metafile } = await bundle(program, path.resolve(folder, 'task'));
  await writeFile(path.join(folder, 'metafile.json'), JSON.stringify(metafile));
}
