import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { docker, dockerDoes, testImages } from '../support/docker.ts';
import { containerEngine, describeWhere } from '../support/requirement.ts';

interface Inspected {
  readonly Config: {
    readonly User: string;
    readonly Cmd: string[];
    readonly Entrypoint: string[];
    readonly Env: string[];
    readonly Labels: Record<string, string>;
    readonly Healthcheck?: { readonly Test: string[] };
  };
}

/** Megabytes of the layers that are ours. */
const BUDGET = { predict: 15, train: 20 };
/** Clients that the code calls; no other may be in a bundle. */
const CLIENTS = {
  predict: ['@aws-sdk/client-lambda', '@aws-sdk/client-rds-data', '@aws-sdk/client-s3'],
  train: ['@aws-sdk/client-rds-data', '@aws-sdk/client-s3'],
};
const DEVELOPMENT = [
  'typescript',
  'esbuild',
  'jest',
  '@biomejs/biome',
  'testcontainers',
  'aws-cdk-lib',
  'typebox',
];

describeWhere(containerEngine(), 'the images', () => {
  let images: Awaited<ReturnType<typeof testImages>>;

  beforeAll(async () => {
    images = await testImages();
  }, 300_000);

  describe.each(['predict', 'train'] as const)('%s', (program) => {
    const file = (path: string) => dockerDoes('run', '--rm', '--entrypoint', 'cat', images[program], path);
    const inspect = async () =>
      (JSON.parse(await dockerDoes('image', 'inspect', images[program])) as [Inspected])[0].Config;

    test('is not root, starts AWS’s own entry point with the handler, and says how it is', async () => {
      const { User, Cmd, Entrypoint, Healthcheck } = await inspect();
      expect(User).toBe('1000:1000');
      expect(Entrypoint).toEqual(['/lambda-entrypoint.sh']);
      expect(Cmd).toEqual(['index.handler']);
      expect(Healthcheck?.Test).toEqual(['CMD', 'healthy']);
    });

    test('names its version and the commit, and holds no secret in its environment', async () => {
      const { Labels, Env } = await inspect();
      const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
      expect(Labels['org.opencontainers.image.version']).toBe(version);
      expect(Labels['org.opencontainers.image.revision']).toMatch(/^[0-9a-f]{40}(-dirty)?$/);
      expect(Labels['org.opencontainers.image.title']).toBe(`hundredfold/${program}`);
      expect(Env.filter((variable) => /KEY|SECRET|PASSWORD|TOKEN|HUNDREDFOLD/.test(variable))).toEqual([]);
    });

    test(`has ${BUDGET[program]} MB of its own or less, in one layer`, async () => {
      const lines = await dockerDoes(
        'history',
        '--human=false',
        '--format',
        '{{.Size}} {{.CreatedBy}}',
        images[program],
      );
      const own = lines.split('\n').slice(
        0,
        lines.split('\n').findIndex((line) => line.includes('ENTRYPOINT')),
      );
      const sizes = own.map((line) => Number.parseInt(line, 10)).filter((size) => size > 0);
      expect(sizes).toHaveLength(1);
      expect((sizes[0] ?? Number.NaN) / 1e6).toBeLessThanOrEqual(BUDGET[program]);
    });

    test('holds one bundle with its map, the executables, and nothing else that runs', async () => {
      const found = await dockerDoes(
        'run',
        '--rm',
        '--entrypoint',
        'node',
        images[program],
        '-e',
        `const { readdirSync, statSync } = require('node:fs');
         const of = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true })
           .filter((entry) => entry.isFile()).map((entry) => entry.parentPath + '/' + entry.name);
         console.log(JSON.stringify({ task: of('/var/task'), runs: ['server', 'task', 'healthy']
           .map((name) => '/usr/local/bin/' + name).filter((file) => { try { return statSync(file).mode & 1 } catch { return false } }) }))`,
      );
      const { task, runs } = JSON.parse(found) as { task: string[]; runs: string[] };
      const beside = task.filter((name) => !name.startsWith('/var/task/swagger-ui/static/'));
      expect(beside.sort()).toEqual(['/var/task/index.mjs', '/var/task/index.mjs.map']);
      const expected = program === 'predict' ? ['server', 'healthy'] : ['server', 'task', 'healthy'];
      expect(runs).toEqual(expected.map((name) => `/usr/local/bin/${name}`));
      for (const executable of runs)
        expect((await file(executable)).split('\n')[0]).toBe('#!/usr/bin/env node');
    });

    test('lists what is in its bundle: the clients that it calls, and nothing of development', async () => {
      const sbom = JSON.parse(await file('/usr/share/doc/hundredfold/sbom.cdx.json'));
      expect(sbom.bomFormat).toBe('CycloneDX');
      expect(sbom.metadata.component.name).toBe(`hundredfold/${program}`);
      const names: string[] = sbom.components.map((component: { purl: string }) =>
        decodeURIComponent(component.purl.slice('pkg:npm/'.length)).replace(/@[^@]*$/, ''),
      );
      expect(names.filter((name) => name.startsWith('@aws-sdk/client-')).sort()).toEqual(CLIENTS[program]);
      expect(names.filter((name) => DEVELOPMENT.includes(name))).toEqual([]);
      expect(names).toContain('kysely');
      const licences = await file('/usr/share/doc/hundredfold/LICENSES');
      for (const name of ['kysely', 'pg', '@aws-sdk/client-s3']) expect(licences).toContain(`\n${name}\n`);
    });

    test('starts nothing when its bundle is imported', async () => {
      const exports = await dockerDoes(
        'run',
        '--rm',
        '--network',
        'none',
        '--entrypoint',
        'node',
        images[program],
        '--input-type=module',
        '-e',
        `console.log(Object.keys(await import('/var/task/index.mjs')).sort().join())`,
      );
      expect(exports).toBe(program === 'predict' ? 'handler,serve,sweep' : 'handler,serve,task');
    });

    test('as a server, without its variables, names every one that is missing and exits with 1', async () => {
      const { code, stderr } = await run(images[program], 'server');
      expect(code).toBe(1);
      for (const name of [
        'HUNDREDFOLD_DATABASE_URL',
        'HUNDREDFOLD_MODELS_BUCKET',
        'HUNDREDFOLD_SPOOL_BUCKET',
      ]) {
        expect(stderr).toContain(`${name} is missing`);
      }
      expect(stderr).not.toContain('    at ');
    });
  });

  test('the bundle is the thread that renews a lease, too', async () => {
    const said = await dockerDoes(
      'run',
      '--rm',
      '--network',
      'none',
      '--entrypoint',
      'node',
      images.train,
      '-e',
      `const { Worker } = require('node:worker_threads');
       const signs = new SharedArrayBuffer(12);
       const thread = new Worker('/var/task/index.mjs', { workerData: {
         database: { connectionString: 'postgresql://nobody@127.0.0.1:1/none' }, of: 'training',
         claim: { id: '1', token: '1' }, leaseSeconds: 1, everyMs: 20, stallSeconds: 60, signs } });
       thread.on('error', (error) => console.log('error', error));
       thread.on('exit', (code) => console.log('ended with', code));
       const look = setInterval(() => {
         if (Atomics.load(new Int32Array(signs), 2) !== 1) return;
         console.log('renews');
         clearInterval(look);
         thread.postMessage({ stop: true });
       }, 10);
       setTimeout(() => process.exit(3), 15_000).unref();`,
    );
    expect(said.split('\n')).toEqual(['renews', 'ended with 0']);
  });

  test('the task says how it is called, and what it lacks', async () => {
    const without = await run(images.train, 'task');
    expect(without).toMatchObject({ code: 2, stderr: 'usage: task PREDICTOR\n' });
    const unset = await run(images.train, 'task', 'services');
    expect(unset.code).toBe(1);
    expect(unset.stderr).toContain('HUNDREDFOLD_MODELS_BUCKET is missing');
  });
});

function run(image: string, entrypoint: string, ...args: string[]) {
  return docker('run', '--rm', '--network', 'none', '--entrypoint', entrypoint, image, ...args);
}
