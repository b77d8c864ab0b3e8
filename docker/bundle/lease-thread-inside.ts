import type { Plugin } from 'esbuild';

/** Has the thread that renews leases started from the bundle itself, whose entry knows it by what it is started with. */
export const leaseThreadInside: Plugin = {
  name: 'lease thread inside',
  setup(build) {
    build.onLoad({ filter: /[\\/]services[\\/]train[\\/]lease-thread-file\.ts$/ }, () => ({
      loader: 'ts',
      contents: 'export const leaseThreadFile = new URL(import.meta.url);',
    }));
  },
};
