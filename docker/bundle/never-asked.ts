import path from 'node:path';
import type { Plugin } from 'esbuild';

/** Fastify's compilers of schemas, in whose place the service tells it others, and its logger, in whose place it has its own. */
const NEVER = /^(@fastify\/(ajv-compiler|fast-json-stringify-compiler)|pino)$/;

/** What stands in the place of a module where it is required by a package that asks for little of it, or for it seldom. */
const SELDOM: readonly { readonly asked: RegExp; readonly by: RegExp; readonly instead: string }[] = [
  // For who asks `@fastify/swagger` for YAML: JSON is YAML.
  {
    asked: /^yaml$/,
    by: /[\\/]@fastify[\\/]swagger(-ui)?[\\/]/,
    instead: 'exports.stringify = (document) => JSON.stringify(document, null, 2);',
  },
  // Lines of a resolver of references for whoever looks for its faults: a terminal and its colours are found for them.
  { asked: /^debug$/, by: /[\\/]json-schema-resolver[\\/]/, instead: 'module.exports = () => () => {};' },
  // Fastify compares its own version with what plugins say they are for, and a tracer that of an SDK which is not this
  // one: the lock has them as the tests have seen them.
  {
    asked: /^semver$/,
    by: /[\\/]fastify[\\/]lib[\\/]|[\\/]aws-xray-sdk-core[\\/]/,
    instead: `
      exports.satisfies = exports.gte = () => true;
      exports.gt = () => false;
      exports.coerce = () => null;`,
  },
  // The traces of another maker, in which a metric would name examples.
  { asked: /^@opentelemetry\/api$/, by: /[\\/]prom-client[\\/]/, instead: 'module.exports = {};' },
  // The files of a folder all at once, for whoever wants a route for each.
  {
    asked: /^glob$/,
    by: /[\\/]@fastify[\\/]static[\\/]/,
    instead: "exports.glob = () => { throw new Error('glob is not in this bundle'); };",
  },
  // Who signs in with a browser before a machine: nobody in a container, and two more clients of AWS's.
  {
    asked: /^@aws-sdk\/credential-provider-(login|sso)$/,
    by: /[\\/]@aws-sdk[\\/]credential-provider-/,
    instead: `
      const none = () => async () => {
        const error = new Error('This container cannot sign in as a person does: give it a role or an access key.');
        throw Object.assign(error, { name: 'CredentialsProviderError' });
      };
      export { none as fromLoginCredentials, none as fromSSO };`,
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
  {
    asked: /[\\/]stream-type-check$/,
    by: /[\\/]@smithy[\\/]core[\\/]dist-es[\\/]/,
    instead: 'export const isReadableStream = () => false; export const isBlob = () => false;',
  },
  // The addresses of proxies that are trusted to name the caller's: none is.
  { asked: /^@fastify\/proxy-addr$/, by: /[\\/]fastify[\\/]lib[\\/]/, instead: 'module.exports = {};' },
  // What makes and changes tables: migrations do, which are SQL.
  {
    asked: /[\\/]schema-module\.js$/,
    by: /[\\/]kysely[\\/]dist[\\/](esm[\\/])?kysely\.js$/,
    instead: 'export class SchemaModule {}',
  },
  // What is handed to the app in the place of a request, which the front door makes itself.
  {
    asked: /[\\/]config-validator$/,
    by: /[\\/]light-my-request[\\/]index/,
    instead: 'module.exports = () => true;',
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
