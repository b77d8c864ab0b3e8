import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWhere } from '../../support/requirement.ts';
import { MIGRATE, startDeployment } from '../migrations/cloudformation.ts';
import { ROOT, type Synthesised, stackPackages, synthesise } from './synthesised.ts';

const IMAGES = ['predict', 'train'] as const;

/** Of `services/`, what an image is built from. */
const SHARED = ['ml', 'model-store', 'observability', 'process', 'settings'];
const ROOMS = {
  predict: [...SHARED, 'api', 'predict', 'recording', 'rows', 'serving', 'upkeep', 'waiting'],
  train: [...SHARED, 'train'],
};

/** The files that esbuild takes into the bundle of an image, ours alone. */
const INPUTS = `
  import { mkdtempSync, rmSync } from 'node:fs';
  const folder = mkdtempSync('${os.tmpdir()}/hundredfold-test-bundle-');
  const { bundle } = await import('${pathToFileURL(path.join(ROOT, 'docker/bundle.ts')).href}');
  for (const image of ${JSON.stringify(IMAGES)}) {
    const { metafile } = await bundle(image, folder);
    const ours = Object.keys(metafile.inputs).filter((file) => !file.includes('node_modules') && !file.includes(':'));
    console.log(JSON.stringify([image, ours]));
  }
  rmSync(folder, { recursive: true });`;

describeWhere(stackPackages(), 'what the stack is deployed with', () => {
  let first: Synthesised;
  let second: Synthesised;
  /** The folders of assets: of each image, and of the zip. */
  const folders: Record<string, string> = {};
  beforeAll(async () => {
    const elsewhere = {
      cwd: os.tmpdir(),
      environment: { TZ: 'Asia/Tokyo', AWS_REGION: 'us-west-1', LANG: 'C' },
    };
    [first, second] = await Promise.all([synthesise(), synthesise(elsewhere)]);
    for (const name of await first.assets()) {
      const folder = path.join(first.folder, name);
      const image = IMAGES.find((one) => existsSync(path.join(folder, `docker/${one}.Dockerfile`)));
      folders[image ?? 'zip'] = folder;
    }
  }, 120_000);
  afterAll(() => Promise.all([first.remove(), second.remove()]));

  test('is the same when it is synthesised again: elsewhere, in another zone and region', async () => {
    for (const file of ['hundredfold', 'hundredfold-development'].flatMap((stack) => [
      `${stack}.template.json`,
      `${stack}.assets.json`,
    ])) {
      expect(await readFile(path.join(second.folder, file), 'utf8')).toBe(
        await readFile(path.join(first.folder, file), 'utf8'),
      );
    }
    expect(await second.assets()).toEqual(await first.assets());
  });

  test('two images and a zip: each image of its own service and what that imports, and nothing that changes by itself', async () => {
    expect(Object.keys(folders).sort()).toEqual(['predict', 'train', 'zip']);
    for (const image of IMAGES) {
      const files = await readdir(folders[image] ?? '', { recursive: true });
      expect(await readdir(path.join(folders[image] ?? '', 'services'))).toEqual(ROOMS[image].toSorted());
      expect(
        files.filter((file) => /node_modules|\.md$|\.git|(^|\/)(test|infra|built|examples)(\/|$)/.test(file)),
      ).toEqual([]);
    }
    expect(await readdir(folders.zip ?? '')).toEqual(['index.mjs']);
  });

  test('every file that the bundle of an image takes in is in its asset', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', INPUTS], {
      encoding: 'utf8',
    });
    const lines = stdout.trim().split('\n').filter(Boolean);
    expect({ stderr, images: lines.length }).toEqual({ stderr: '', images: IMAGES.length });
    for (const line of lines) {
      const [image, files]: [string, string[]] = JSON.parse(line);
      expect(files.length).toBeGreaterThan(100);
      expect(files.filter((file) => !existsSync(path.join(folders[image] ?? '', file)))).toEqual([]);
    }
  }, 60_000);

  test('the zip migrates a database as its sources do', async () => {
    const { handler } = await import(pathToFileURL(path.join(folders.zip ?? '', 'index.mjs')).href);
    const deployment = await startDeployment(handler);
    try {
      const told = await deployment.ask('Create', MIGRATE);
      expect(told).toMatchObject({
        Status: 'SUCCESS',
        Reason: expect.stringMatching(/^Migrated: 0001_predictors.sql, /),
      });
    } finally {
      await deployment.close();
    }
  });
});
