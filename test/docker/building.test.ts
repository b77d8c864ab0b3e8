import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { docker, dockerDoes } from '../support/docker.ts';
import { REPOSITORY } from '../support/process.ts';
import { containerEngine, describeWhere } from '../support/requirement.ts';

const TIMES = ['first', 'second'] as const;

describeWhere(containerEngine(), 'building the images', () => {
  const build = (program: string, tag: string, ...args: string[]) =>
    dockerDoes(
      'build',
      '--quiet',
      '--file',
      `docker/${program}.Dockerfile`,
      '--tag',
      `hundredfold/${program}:${tag}`,
      '--build-arg',
      'SOURCE_DATE_EPOCH=1750000000',
      ...args,
      REPOSITORY,
    );

  test.each(['predict', 'train'])(
    '%s: the same sources give the same layers, built anew',
    async (program) => {
      for (const time of TIMES) await build(program, `test-${time}`, '--no-cache');
      const [first, second] = await Promise.all(
        TIMES.map((time) =>
          dockerDoes(
            'image',
            'inspect',
            '--format',
            '{{json .RootFS.Layers}}',
            `hundredfold/${program}:test-${time}`,
          ),
        ),
      );
      await docker('image', 'rm', ...TIMES.map((time) => `hundredfold/${program}:test-${time}`));
      expect(second).toBe(first);
    },
    300_000,
  );

  test('for arm64 on any machine: what is copied is the same, and nothing is run for it', async () => {
    // On an empty base, since a machine has the base of its own architecture.
    const copied: string[] = [];
    for (const platform of ['linux/amd64', 'linux/arm64']) {
      await build('predict', 'test-empty', '--platform', platform, '--build-arg', 'BASE=scratch');
      const shown = await dockerDoes(
        'image',
        'inspect',
        '--format',
        '{{.Architecture}} {{json .RootFS.Layers}}',
        'hundredfold/predict:test-empty',
      );
      const [architecture = '', layers = ''] = shown.split(' ');
      expect(architecture).toBe(platform.slice('linux/'.length));
      copied.push(layers);
    }
    await docker('image', 'rm', 'hundredfold/predict:test-empty');
    expect(copied[1]).toBe(copied[0]);
  }, 300_000);

  test('what is asked for wrongly is said with what is right', () => {
    const { status, stderr } = spawnSync(process.execPath, ['docker/images.ts', 'batch'], {
      cwd: REPOSITORY,
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('There is no image "batch": predict and train are there.');
  });
});
