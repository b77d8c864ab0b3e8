import path from 'node:path';
import type { Plugin } from 'esbuild';

/** Fastify's compilers of schemas, in whose place the service tells it others, and its logger, in whose place it has its own. */
const NEVER = /^(@fastify\/(ajv-compiler|fast-json-stringify-compiler)|pino)$/;

/** What stands in the place of a module where it is required by a package that asks for little of it, or for it seldom. */
const SELDOM: readonly { readonly asked: RegExp; readonly by: RegExp; readonly instead: string }[] = [
  // What `@fastify/swagger` writes documents with for those who ask for YAML.
  {
    asked: /^yaml$/,
    by: /[\\/]@fastify[\\/]swagger[\\/]/,
    instead: "exports.stringify = (...given) => require('yaml').stringify(...given);",
  },
  // Lines of a resolver of references for whoever looks for its faults: a terminal and its colours are found for them.
  { asked: /^debug$/, by: /[\\/]json-schema-resolver[\\/]/, instead: 'module.exports = () => () => {};' },
  // Fastify compares its own version with what plugins say they are for: the lock has them as the tests have seen them.
  {
    asked: /^semver$/,
    by: /[\\/]fastify[\\/]lib[\\/]/,
    instead: 'exports.satisfies = () => true; exports.gt = () => false; exports.coerce = () => null;',
  },
  // Of servers that speak HTTP/2, which none here does.
  {
    asked: /^node:http2$/,
    by: /[\\/]fastify[\\/]lib[\\/]/,
    instead: `
      exports.createServer = (...given) => require('node:http2').createServer(...given);
      exports.createSecureServer = (...given) => require('node:http2').createSecureServer(...given);`,
  },
  {
    asked: /^node:perf_hooks$/,
    by: /[\\/]fastify[\\/]lib[\\/]/,
    instead: 'exports.performance = performance;',
  },
  // What connects to PostgreSQL, which a function on the Data API never does.
  {
    asked: /^pg$/,
    by: /[\\/]database[\\/][\w-]+\.ts$/,
    instead: `
      module.exports = {
        get Client() { return require('pg').Client; },
        get Pool() { return require('pg').Pool; },
        get types() { return require('pg').types; },
      };`,
  },
  // Web Crypto, which the SDK would load for a number of its own.
  {
    asked: /[\\/]v4$/,
    by: /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]/,
    instead: "import { randomUUID } from 'node:crypto'; export const bindV4 = () => () => randomUUID();",
  },
  // The web's streams, which the SDK would load to be told that what Node's own client answers is none.
  {
    asked: /[\\/]createChecksumStream$/,
    by: /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]/,
    instead: `
      import { ChecksumStream } from './ChecksumStream';
      export const createChecksumStream = (init) => new ChecksumStream(init);`,
  },
];

/** Leaves out what is never asked for, and has what is seldom asked for loaded then: a start reads every byte. */
export const neverAsked: Plugin = {
  name: 'never asked',
  setup(build) {
    build.onResolve({ filter: NEVER }, (asked) => ({ path: asked.path, namespace: 'never-asked' }));
    build.onLoad({ filter: /./, namespace: 'never-asked' }, (loaded) => ({
      loader: 'js',
      contents: `throw new Error(${JSON.stringify(`${loaded.path} is not in this bundle`)});`,
    }));
    for (const [index, { asked, by }] of SELDOM.entries()) {
      build.onResolve({ filter: asked }, ({ path: name, importer, resolveDir, namespace }) => {
        if (namespace === 'seldom-asked' || !by.test(importer)) return null;
        return {
          path: name,
          namespace: 'seldom-asked',
          pluginData: { index, folder: path.resolve(resolveDir, path.dirname(name)) },
        };
      });
    }
    build.onLoad({ filter: /./, namespace: 'seldom-asked' }, ({ pluginData }) => ({
      loader: 'js',
      contents: SELDOM[Number(pluginData.index)]?.instead ?? '',
      resolveDir: String(pluginData.folder),
    }));
  },
};
