import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { BaseImage } from './base-images.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../docker');

/** The images that the Dockerfiles build from: the last stage for the functions' architecture, others for this machine's. */
export function baseImages(architectures: readonly string[], folder = FOLDER): BaseImage[] {
  const found = new Map<string, BaseImage>();
  for (const file of globSync('*.Dockerfile', { cwd: folder }).sort()) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const defaults = Object.fromEntries(
      [...text.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, name, value]) => [name, value]),
    );
    for (const [, platform, from = ''] of text.matchAll(/^FROM (--platform=\S+ )?(\S+)/gm)) {
      const name = from.replace(/\$\{(\w+)\}/g, (_, argument: string) => defaults[argument] ?? '');
      if (name === 'scratch') continue;
      for (const architecture of platform === undefined ? architectures : [null]) {
        found.set(`${name} ${architecture}`, { name, architecture });
      }
    }
  }
  return [...found.values()];
}
