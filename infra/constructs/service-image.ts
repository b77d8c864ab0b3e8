import path from 'node:path';
import { IgnoreMode } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { DockerImageCode } from 'aws-cdk-lib/aws-lambda';

/** The two images, by the names of their Dockerfiles. */
export type ServiceImage = 'predict' | 'train';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What both images are built from, beside their own service: the order of exceptions is that of a .dockerignore. */
const SHARED = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  '.npmrc',
  'docker',
  'database',
  'services/ml',
  'services/model-store',
  'services/observability',
  'services/process',
  'services/settings',
];

/**
 * The code of a function that runs an image: built for arm64, which costs a fifth less, at deployment. Its asset holds what
 * the image is built from and nothing else, so that a change of anything else deploys nothing.
 *
 * @param handler in place of the image's own, `index.handler`
 */
export function serviceImage(image: ServiceImage, handler?: string): DockerImageCode {
  const kept = [...SHARED, `services/${image}`];
  return DockerImageCode.fromImageAsset(ROOT, {
    file: `docker/${image}.Dockerfile`,
    platform: Platform.LINUX_ARM64,
    ignoreMode: IgnoreMode.DOCKER,
    exclude: [
      '**',
      ...kept.map((one) => `!${one}`),
      ...kept.filter((one) => !one.includes('.')).map((one) => `!${one}/**`),
      '**/node_modules',
      '**/*.md',
      'docker/compose.yaml',
      `docker/${image === 'predict' ? 'train' : 'predict'}.Dockerfile`,
    ],
    ...(handler === undefined ? {} : { cmd: [handler] }),
  });
}
