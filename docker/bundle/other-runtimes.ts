import type { Plugin } from 'esbuild';

/** What `pg` asks for on Cloudflare's workers, or where its native driver is asked for by name: neither is here. */
const NAMES = /^(pg-cloudflare|pg-native)$/;

/** Puts an error in the place of packages that are for other runtimes, so that nothing is left to be looked for. */
export const otherRuntimes: Plugin = {
  name: 'other runtimes',
  setup(build) {
    build.onResolve({ filter: NAMES }, ({ path }) => ({ path, namespace: 'other-runtime' }));
    build.onLoad({ filter: /./, namespace: 'other-runtime' }, ({ path }) => ({
      loader: 'js',
      contents: `throw new Error(${JSON.stringify(`${path} is not in this bundle`)});`,
    }));
  },
};
