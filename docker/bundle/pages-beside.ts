import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const PACKAGE = /[\\/]node_modules[\\/]@fastify[\\/]swagger-ui[\\/](?<within>(?:lib[\\/])?)[\w-]+\.js$/;
/** As the folder beside the bundle is called. */
const FOLDER = 'swagger-ui';

/**
 * The pages of `/docs` are files that their package reads beside itself: they are copied to stand beside the bundle, whose
 * banner says where that is.
 */
export function pagesBeside(outFolder: string): Plugin {
  return {
    name: 'pages beside',
    setup(build) {
      let found: string | null = null;
      build.onLoad({ filter: PACKAGE }, async ({ path: file }) => {
        const within = PACKAGE.exec(file)?.groups?.within ?? '';
        const home = path.dirname(file);
        if (within === '') found = home;
        const place = `(__bundleFolder + ${JSON.stringify(`/${FOLDER}/${within}`)})`;
        const text = await readFile(file, 'utf8');
        return { loader: 'js', contents: text.replaceAll('__dirname', place), resolveDir: home };
      });
      build.onEnd(async () => {
        if (found === null) return;
        await cp(path.join(found, 'static'), path.join(outFolder, FOLDER, 'static'), { recursive: true });
      });
    },
  };
}
