import path from 'node:path';
import type { Metafile, OutputFile, Plugin } from 'esbuild';

/** What a bundler made of a program that it may split: pieces that import one another, some of them only when asked to. */
export interface Pieces {
  /** By the piece's name. */
  readonly texts: ReadonlyMap<string, string>;
  readonly entry: string;
  /** Evaluated whenever the entry is: the entry itself and what it imports, directly or not. */
  readonly eager: ReadonlySet<string>;
}

type Outputs = Metafile['outputs'];

const NAMESPACE = 'piece';
const SHARED = 'shared-piece';
/** Where a piece that is evaluated later finds those that were evaluated at the start; declared by the bundle's banner. */
export const REGISTER = '__pieces';

/** Reads what `esbuild` made with `splitting`, `write: false` and maps inside the files. */
export function readPieces(files: readonly OutputFile[], outputs: Outputs, entryFile: string): Pieces {
  const texts = new Map(files.map((file) => [path.basename(file.path), file.text]));
  const entry = path.basename(entryFile);
  const eager = new Set<string>();
  const add = (name: string): void => {
    if (eager.has(name)) return;
    eager.add(name);
    for (const imported of importsOf(outputs, name)) add(imported);
  };
  add(entry);
  return { texts, entry, eager };
}

function importsOf(outputs: Outputs, name: string): string[] {
  const output = Object.entries(outputs).find(([file]) => path.basename(file) === name)?.[1];
  const imports = output?.imports ?? [];
  return imports
    .filter(({ kind, external }) => kind === 'import-statement' && external !== true)
    .map((imported) => path.basename(imported.path));
}

/**
 * Joins pieces into one file. What is evaluated at the start stands side by side in it; each piece that is asked for later
 * is a function. Were these to import the former directly, the bundler would make functions of them all: the start would
 * compile them twice, and call each.
 */
export function joinedPieces({ texts, entry, eager }: Pieces): Plugin {
  const shared = [...eager].filter((name) => name !== entry);
  return {
    name: 'joined pieces',
    setup(build) {
      build.onResolve({ filter: /^\.\/[\w.-]+\.mjs$/ }, ({ path: asked, importer, kind }) => {
        const name = path.basename(asked);
        const isShared = kind === 'import-statement' && eager.has(name) && !eager.has(importer);
        // By its name this is CommonJS: what it exports is read when it is used.
        return isShared && importer !== ''
          ? { path: `${name}.cjs`, namespace: SHARED }
          : { path: name, namespace: NAMESPACE };
      });
      build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path: name }) => {
        const text = texts.get(name);
        if (text === undefined) throw new Error(`there is no piece ${name}`);
        return { loader: 'js', contents: name === entry ? `${registering(shared)}${text}` : text };
      });
      build.onLoad({ filter: /./, namespace: SHARED }, ({ path: name }) => ({
        loader: 'js',
        contents: `module.exports = ${REGISTER}[${JSON.stringify(path.basename(name, '.cjs'))}];`,
      }));
    },
  };
}

/** In one line, so that the lines of the entry's own map stay what they are. */
function registering(names: readonly string[]): string {
  return names
    .map((name, n) => `import * as piece${n} from './${name}';${REGISTER}['${name}']=piece${n};`)
    .join('');
}

/** What is in the joined file: what is in its pieces, in the size that each piece has come to there. */
export function joinedMetafile(pieces: Metafile, joined: Metafile): Metafile {
  const outputs = Object.fromEntries(
    Object.entries(joined.outputs).map(([file, output]) => {
      const inputs: Outputs[string]['inputs'] = {};
      for (const [piece, { bytesInOutput }] of Object.entries(output.inputs)) {
        const parts = Object.entries(inputsOf(pieces.outputs, piece));
        const before = parts.reduce((sum, [, part]) => sum + part.bytesInOutput, 0);
        for (const [input, part] of parts) {
          const bytes = Math.round((part.bytesInOutput / before) * bytesInOutput);
          inputs[input] = { bytesInOutput: (inputs[input]?.bytesInOutput ?? 0) + bytes };
        }
      }
      return [file, { ...output, inputs }];
    }),
  );
  return { inputs: pieces.inputs, outputs };
}

function inputsOf(outputs: Outputs, piece: string): Outputs[string]['inputs'] {
  if (!piece.startsWith(`${NAMESPACE}:`)) return {};
  const name = piece.slice(NAMESPACE.length + 1);
  return Object.entries(outputs).find(([file]) => path.basename(file) === name)?.[1].inputs ?? {};
}
