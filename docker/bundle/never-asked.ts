import type { Plugin } from 'esbuild';

/** Fastify's compilers of schemas, in whose place the service tells it others. */
const COMPILERS = /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)$/;
/** What `@fastify/swagger` writes documents with for those who ask for YAML. */
const YAML = /^yaml$/;

/** Leaves out what is never asked for, and has what is seldom asked for loaded then: a start reads every byte. */
export const neverAsked: Plugin = {
  name: 'never asked',
  setup(build) {
    build.onResolve({ filter: COMPILERS }, ({ path }) => ({ path, namespace: 'never-asked' }));
    build.onLoad({ filter: /./, namespace: 'never-asked' }, ({ path }) => ({
      loader: 'js',
      contents: `throw new Error(${JSON.stringify(`${path} is not in this bundle`)});`,
    }));
    build.onResolve({ filter: YAML }, ({ path, importer, resolveDir, namespace }) => {
      if (namespace === 'seldom-asked' || !/@fastify[\\/]swagger[\\/]/.test(importer)) return null;
      return { path, namespace: 'seldom-asked', pluginData: resolveDir };
    });
    build.onLoad({ filter: YAML, namespace: 'seldom-asked' }, ({ pluginData }) => ({
      loader: 'js',
      contents: "exports.stringify = (...given) => require('yaml').stringify(...given);",
      resolveDir: String(pluginData),
    }));
  },
};
