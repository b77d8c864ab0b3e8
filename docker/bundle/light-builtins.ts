import { builtinModules } from 'node:module';
import type { Plugin } from 'esbuild';

const BUILTIN = new RegExp(
  `^(node:)?(${builtinModules.map((name) => name.replaceAll('/', '\\/')).join('|')})$`,
);
/** What loads more when it is read, by whoever imports all of a builtin: clients of the web's kind. */
const LOADING = new Set(['WebSocket', 'CloseEvent', 'MessageEvent', 'webcrypto', 'subtle', 'default']);
const NAMESPACE = 'light-builtin';

/**
 * Has modules take Node's own as CommonJS does. Imported, all that one of them exports is read at once, and some of that
 * loads more: an HTTP client that nobody here uses, Web Crypto, readline. And what only a piece needs that is asked for later would
 * be loaded at the start, where a module's imports stand.
 */
export const lightBuiltins: Plugin = {
  name: 'light builtins',
  setup(build) {
    build.onResolve({ filter: BUILTIN }, ({ path, kind }) =>
      kind === 'import-statement' || kind === 'dynamic-import'
        ? { path: path.replace(/^node:/, ''), namespace: NAMESPACE, sideEffects: false }
        : null,
    );
    build.onLoad({ filter: /./, namespace: NAMESPACE }, async ({ path }) => ({
      loader: 'js',
      contents: taken(`node:${path}`, await import(`node:${path}`)),
    }));
  },
};

/** A module of what the bundle uses of a builtin: the rest falls away, since reading it is said to do nothing. */
function taken(builtin: string, { default: all }: { readonly default: object }): string {
  const names = Object.keys(all).filter((name) => /^[a-z]\w*$/i.test(name) && !LOADING.has(name));
  const lines = names.map((name) => `export const ${name} = /* @__PURE__ */ take('${name}');`);
  return [
    `const all = require('${builtin}');`,
    'const take = (name) => all[name];',
    'export default all;',
    ...lines,
  ].join('\n');
}
