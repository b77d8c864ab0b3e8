import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Program } from '../bundle.ts';
import type { ImagesOptions } from './options.ts';

/** A command of the container engine that failed; the message holds what it wrote. */
export class EngineError extends Error {
  readonly code = 'engine_failed';
}

/** What an image says of where it comes from. */
export interface Origin {
  readonly version: string;
  readonly revision: string;
  /** Of the commit, in seconds since 1970: the time of every file in the image. */
  readonly time: number;
}

/** Builds one image and tags it. Its report (SBOM, the bundle's parts) is put into `reportFolder`. @throws EngineError */
export async function buildImage(
  root: string,
  program: Program,
  origin: Origin,
  options: ImagesOptions,
  reportFolder: string,
): Promise<void> {
  const common = [
    'build',
    '--progress=plain',
    '--file',
    path.join(root, 'docker', `${program}.Dockerfile`),
    ...(options.platform === null ? [] : ['--platform', options.platform]),
    ...(options.base === null ? [] : ['--build-arg', `BASE=${options.base}`]),
    '--build-arg',
    `SOURCE_DATE_EPOCH=${origin.time}`,
    '--build-arg',
    `VERSION=${origin.version}`,
    '--build-arg',
    `REVISION=${origin.revision}`,
  ];
  const tag = `hundredfold/${program}:${options.tag}`;
  await docker([...common, ...(options.cache ? [] : ['--no-cache']), '--tag', tag, root]);
  await docker([...common, '--target', 'report', '--output', `type=local,dest=${reportFolder}`, root]);
}

/** @throws EngineError */
export async function sizesOf(image: string): Promise<{ id: string; all: number; own: number }> {
  const [id = '', all = ''] = (await docker(['image', 'inspect', '--format', '{{.Id}} {{.Size}}', image]))
    .trim()
    .split(' ');
  const history = await docker([
    'history',
    '--no-trunc',
    '--human=false',
    '--format',
    '{{.Size}} {{.CreatedBy}}',
    image,
  ]);
  const own = history.split('\n').find((line) => line.includes('COPY /contents/root/')) ?? '0';
  return { id, all: Number(all), own: Number.parseInt(own, 10) };
}

/** The version of package.json and the commit, as `git` says; `-dirty` where what is built differs from it. */
export async function originOf(root: string): Promise<Origin> {
  const { version } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  try {
    const [revision = '', time = ''] = (await run('git', ['log', '-1', '--format=%H %ct'], root))
      .trim()
      .split(' ');
    const changed = await run(
      'git',
      ['status', '--porcelain', '--', 'docker', 'services', 'database', 'package-lock.json'],
      root,
    );
    return { version, revision: changed === '' ? revision : `${revision}-dirty`, time: Number(time) };
  } catch {
    return { version, revision: 'unknown', time: 0 };
  }
}

function docker(args: readonly string[]): Promise<string> {
  return run('docker', args, process.cwd());
}

/** Its standard output; progress goes to ours. */
function run(program: string, args: readonly string[], folder: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', (cause) => {
      reject(
        new EngineError(`${program} cannot be run: ${cause.message}. It takes a container engine.`, {
          cause,
        }),
      );
    });
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new EngineError(`${program} ${args[0]} failed (${code}):\n${said || output}`));
    });
  });
}
