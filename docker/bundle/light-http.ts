import type { Plugin } from 'esbuild';

/**
 * Has modules take `node:http` as CommonJS does. Imported, all that it exports is read at once, and one of that (WebSocket)
 * loads a client that nobody here uses: 20 ms of a start.
 */
export const lightHttp: Plugin = {
  name: 'light http',
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'import-statement' || kind === 'dynamic-import'
        ? { path: 'http', namespace: 'light-http' }
        : null,
    );
    build.onLoad({ filter: /./, namespace: 'light-http' }, () => ({
      loader: 'js',
      contents: "module.exports = require('node:http');",
    }));
  },
};
