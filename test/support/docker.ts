import { spawn } from 'node:child_process';
import { REPOSITORY } from './process.ts';

/** How a command of the container engine ended. */
export interface EngineAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `docker` with these arguments. An exit code other than 0 is an answer, not an error. */
export function docker(...args: string[]): Promise<EngineAnswer> {
  return engine('docker', args);
}

/** The same, and throws where it fails; its standard output without the last line's end. */
export async function dockerDoes(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(...args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}:\n${stderr || stdout}`);
  return stdout.trimEnd();
}

/** The images of this working tree, under a tag of the tests. Built anew where something changed; seconds where not. */
export async function testImages(): Promise<{ readonly predict: string; readonly train: string }> {
  const { code, stdout, stderr } = await engine(process.execPath, ['docker/images.ts', '--tag', TAG]);
  if (code !== 0) throw new Error(`the images could not be built:\n${stderr || stdout}`);
  return { predict: `hundredfold/predict:${TAG}`, train: `hundredfold/train:${TAG}` };
}

const TAG = 'test';

function engine(command: string, args: readonly string[]): Promise<EngineAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DOCKER_BUILDKIT: '1' },
    });
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, ...said }));
  });
}
