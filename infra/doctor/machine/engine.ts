import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Run } from './run.ts';

/**
 * Is there a container engine that answers and can build for the functions' architecture? The last stage of the images only
 * copies, so any machine can make arm64 images, without emulation; but only BuildKit knows such stages. `buildkit`: an old
 * docker was told to use it.
 */
export async function checkEngine(
  run: Run,
  architectures: readonly string[],
  buildkit: boolean,
): Promise<Finding> {
  const of = 'container engine';
  const version = await run('docker', [
    'version',
    '--format',
    '{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}',
  ]);
  if (version.status === null) {
    return problem(
      of,
      'there is no docker command',
      'install Docker, Podman with its docker command, or Colima',
    );
  }
  if (version.status !== 0) {
    return problem(
      of,
      `docker does not answer: ${firstLine(version.output)}`,
      'start the engine (Docker Desktop, or dockerd)',
    );
  }
  const [engine = '', platform = ''] = version.output.trim().split(' ');
  const says = `docker ${engine} on ${platform}, images for ${architectures.join(', ')}`;
  if (!platform.startsWith('linux/')) {
    return problem(of, `the engine makes ${platform} images`, 'switch it to Linux containers');
  }
  const buildx = await run('docker', ['buildx', 'version']);
  if (buildx.status === 0) return ok(of, says);
  if (Number.parseInt(engine, 10) < 23) {
    if (buildkit) return ok(of, says);
    return warning(of, `${says}; its builder is the old one`, 'export DOCKER_BUILDKIT=1, or update docker');
  }
  return problem(of, `${says}; BuildKit's plugin is missing`, 'install docker-buildx-plugin');
}

function firstLine(output: string): string {
  return output.trim().split('\n')[0] ?? '';
}
