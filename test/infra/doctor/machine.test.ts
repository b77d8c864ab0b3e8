import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { checkBase } from '../../../infra/doctor/machine/base-images.ts';
import { baseImages } from '../../../infra/doctor/machine/dockerfiles.ts';
import { checkEngine } from '../../../infra/doctor/machine/engine.ts';
import { type Ran, type Run, runProgram } from '../../../infra/doctor/machine/run.ts';

/** A docker that answers so, by its first argument. */
function docker(answers: Readonly<Record<string, Ran>>): Run {
  return async (_program, [command = '']) => answers[command] ?? { status: 1, output: 'unknown command' };
}

const version = (output: string): Ran => ({ status: 0, output });

describe('the container engine', () => {
  const CASES: readonly [string, Run, boolean, string, RegExp][] = [
    [
      'with BuildKit makes arm64 images on any machine',
      docker({ version: version('28.1.0 linux/amd64'), buildx: version('v0.23') }),
      false,
      'ok',
      /linux\/amd64, images for arm64/,
    ],
    ['is missing', async () => ({ status: null, output: 'ENOENT' }), false, 'problem', /no docker command/],
    [
      'does not answer',
      docker({ version: { status: 1, output: 'Cannot connect to the Docker daemon\nmore' } }),
      false,
      'problem',
      /Cannot connect to the Docker daemon$/,
    ],
    [
      'makes Windows images',
      docker({ version: version('28.1.0 windows/amd64') }),
      false,
      'problem',
      /windows/,
    ],
    ['is old', docker({ version: version('20.10.24 linux/amd64') }), false, 'warning', /old one/],
    [
      'is old and told to use BuildKit',
      docker({ version: version('20.10.24 linux/amd64') }),
      true,
      'ok',
      /20\.10/,
    ],
    [
      'lacks its plugin',
      docker({ version: version('28.1.0 linux/arm64') }),
      true,
      'problem',
      /plugin is missing/,
    ],
  ];
  test.each(CASES)('%s', async (_name, run, buildkit, verdict, says) => {
    expect(await checkEngine(run, ['arm64'], buildkit)).toMatchObject({
      verdict,
      says: expect.stringMatching(says),
    });
  });

  test('a program that is not there is told from one that fails', async () => {
    expect(await runProgram('hundredfold-no-such-program', [])).toMatchObject({ status: null });
    expect(await runProgram(process.execPath, ['-e', 'process.exit(3)'])).toMatchObject({ status: 3 });
  });
});

describe('the base images', () => {
  let server: Server;
  let asked: string[];
  const none = docker({});
  beforeAll(async () => {
    asked = [];
    server = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers.authorization ?? ''}`.trim());
      if (url.startsWith('/token')) return response.end(JSON.stringify({ token: 'T' }));
      if (!url.startsWith('/v2/lambda/nodejs/manifests/24')) return response.writeHead(404).end();
      const manifests = ['arm64', 'amd64', 'unknown'].map((architecture) => ({ platform: { architecture } }));
      return response.end(JSON.stringify({ manifests }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const registries = () => {
    const { port }: AddressInfo = Object(server.address());
    const api = `http://127.0.0.1:${port}`;
    return { api, token: `${api}/token?` };
  };
  const name = 'public.ecr.aws/lambda/nodejs:24';

  test('are those of the Dockerfiles: the one to run on for Lambda, the one to build on for this machine', () => {
    expect(baseImages(['arm64'])).toEqual([
      { name: 'node:24-slim', architecture: null },
      { name, architecture: 'arm64' },
    ]);
  });

  test('are asked for with a token, and offered for arm64', async () => {
    const finding = await checkBase({ name, architecture: 'arm64' }, none, registries);
    expect(finding).toMatchObject({ verdict: 'ok', says: 'arm64, amd64' });
    expect(asked).toEqual([
      '/token?scope=repository%3Alambda%2Fnodejs%3Apull',
      '/v2/lambda/nodejs/manifests/24 Bearer T',
    ]);
  });

  test('that are not made for the architecture are a problem', async () => {
    const finding = await checkBase({ name, architecture: 'riscv64' }, none, registries);
    expect(finding).toMatchObject({ verdict: 'problem', says: expect.stringMatching(/not for riscv64/) });
  });

  test('that cannot be fetched are well where the engine has them for that architecture', async () => {
    const has = (architecture: string) => docker({ image: version(architecture) });
    const base = { name: 'node:24-slim', architecture: 'arm64' };
    expect(await checkBase(base, has('arm64'), registries)).toMatchObject({ verdict: 'ok' });
    expect(await checkBase(base, has('amd64'), registries)).toMatchObject({
      verdict: 'problem',
      says: expect.stringMatching(/answered 404; the engine has it for amd64 alone/),
    });
    expect(await checkBase({ ...base, architecture: null }, has('amd64'), registries)).toMatchObject({
      verdict: 'ok',
    });
  });
});
