import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Synthesised, stackPackages, synthesise } from '../infra/templates/synthesised.ts';
import { docker, dockerDoes } from '../support/docker.ts';
import { REPOSITORY } from '../support/process.ts';
import { containerEngine, describeWhere, everyOne } from '../support/requirement.ts';

/** How the CDK builds an asset, but for the platform, whose base a machine of another one has not. */
interface DockerAsset {
  readonly source: {
    readonly directory: string;
    readonly dockerFile: string;
    readonly dockerBuildArgs: Readonly<Record<string, string>>;
    readonly platform: string;
  };
}

describeWhere(everyOne(containerEngine(), stackPackages()), 'what the stack deploys', () => {
  let stack: Synthesised;
  beforeAll(async () => {
    stack = await synthesise({ profile: 'production' });
  }, 300_000);
  afterAll(() => stack.remove());

  const layers = (image: string) =>
    dockerDoes('image', 'inspect', '--format', '{{json .RootFS.Layers}}', image);

  test.each(['predict', 'train'])(
    '%s: its asset is all that the image is built from, for arm64, and gives the image of the whole tree',
    async (program) => {
      const manifest = JSON.parse(readFileSync(path.join(stack.folder, 'hundredfold.assets.json'), 'utf8'));
      const assets: DockerAsset[] = Object.values(manifest.dockerImages);
      const asset = assets.find(({ source }) => source.dockerFile === `docker/${program}.Dockerfile`);
      const { directory = '', dockerFile = '', dockerBuildArgs = {}, platform } = asset?.source ?? {};
      expect(platform).toBe('linux/arm64');
      const folder = path.join(stack.folder, directory);
      const args = Object.entries(dockerBuildArgs).flatMap(([name, value]) => [
        '--build-arg',
        `${name}=${value}`,
      ]);
      const images: string[] = [];
      try {
        for (const context of [folder, REPOSITORY]) {
          const image = `hundredfold/${program}:test-context-${images.length}`;
          images.push(image);
          await dockerDoes(
            'build',
            '--quiet',
            '--file',
            path.join(context, dockerFile),
            '--tag',
            image,
            ...args,
            context,
          );
        }
        const [ofAsset, ofTree] = await Promise.all(images.map(layers));
        expect(ofAsset).toBe(ofTree);
      } finally {
        await docker('image', 'rm', ...images);
      }
    },
    300_000,
  );
});
