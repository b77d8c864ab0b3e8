import { parseArgs } from 'node:util';
import type { Program } from '../bundle.ts';

export interface ImagesOptions {
  readonly programs: readonly Program[];
  /** What the images stand on; the Dockerfiles' own unless given. */
  readonly base: string | null;
  /** `linux/arm64`; the engine's own unless given. */
  readonly platform: string | null;
  readonly tag: string;
  /** Builds everything anew. */
  readonly cache: boolean;
}

export const USAGE = `npm run images -- [predict|train] [--base IMAGE] [--platform OS/ARCH] [--tag TAG] [--no-cache]

  --base IMAGE        what the images stand on (public.ecr.aws/lambda/nodejs:24)
  --platform OS/ARCH  linux/arm64, linux/amd64 (the engine's own)
  --tag TAG           of hundredfold/predict and hundredfold/train (latest)
  --no-cache          build everything anew
  --help              this text`;

/** @throws TypeError for what it does not know */
export function readOptions(args: readonly string[]): ImagesOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      base: { type: 'string' },
      platform: { type: 'string' },
      tag: { type: 'string', default: 'latest' },
      'no-cache': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const programs = positionals.length === 0 ? (['predict', 'train'] as const) : positionals.map(programOf);
  return {
    programs,
    base: values.base ?? null,
    platform: values.platform ?? null,
    tag: values.tag,
    cache: !values['no-cache'],
  };
}

function programOf(name: string): Program {
  if (name === 'predict' || name === 'train') return name;
  throw new TypeError(`There is no image "${name}": predict and train are there.`);
}
