import path from 'node:path';
import { IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { DockerImageCode } from 'aws-cdk-lib/aws-lambda';
import manifest from '../../package.json' with { type: 'json' };
import rooms from '../../services/rooms.json' with { type: 'json' };

/** The two images, by the names of their Dockerfiles. */
export type ServiceImage = 'predict' | 'train';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What both images are built from, beside their service and the rooms that it imports: what their Dockerfiles copy, and no more of it than they use. */
const SHARED = [
  'LICENSE',
  'package.json',
  'package-lock.json',
  'docker/.npmrc',
  'docker/package.json',
  'docker/package-lock.json',
  'docker/bundle.ts',
  'docker/bundle',
  'docker/contents.ts',
  'docker/contents',
  'docker/entries',
  'docker/executables',
];

/**
 * The code of a function that runs an image: built for arm64, which costs a fifth less, at deployment. Its asset holds what
 * the image is built from and nothing else, so that a change of anything else deploys nothing.
 *
 * @param handler in place of the image's own, `index.handler`
 */
export function serviceImage(image: ServiceImage, handler?: string): DockerImageCode {
  const file = `docker/${image}.Dockerfile`;
  const service = `services/${image}` as const;
  const kept = [...SHARED, file, service, ...rooms[service]];
  return DockerImageCode.fromImageAsset(ROOT, {
    file,
    platform: Platform.LINUX_ARM64,
    // No revision: an image that is the same is not to be deployed again with each commit.
    buildArgs: { VERSION: manifest.version },
    ignoreMode: IgnoreMode.DOCKER,
    // As a .dockerignore reads: nothing, but for these.
    exclude: ['**', ...kept.flatMap((one) => [`!${one}`, `!${one}/**`]), '**/*.md', '**/node_modules'],
    ...(handler === undefined ? {} : { cmd: [handler] }),
  });
}
