import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { docker, type EngineAnswer } from '../support/docker.ts';
import { startProcess } from '../support/process.ts';
import { compose, describeWhere } from '../support/requirement.ts';

const PROJECT = `hundredfold-test-${process.pid}`;

describeWhere(compose(), 'docker compose up', () => {
  const port = 20_000 + (process.pid % 10_000);
  const url = `http://127.0.0.1:${port}`;
  let key = '';

  async function composes(...args: string[]): Promise<string> {
    const answer = await run(
      'docker',
      ['compose', '--project-name', PROJECT, '--file', 'docker/compose.yaml', ...args],
      {
        HUNDREDFOLD_PORT: String(port),
        HUNDREDFOLD_TAG: 'test',
        DOCKER_BUILDKIT: '1',
      },
    );
    if (answer.code !== 0)
      throw new Error(`docker compose ${args.join(' ')} ended with ${answer.code}:\n${answer.stdout}`);
    return answer.stdout;
  }

  /** The command, from outside. */
  async function hundredfold(...args: string[]): Promise<unknown> {
    const answer = await run(process.execPath, ['bin/hundredfold.js', '--json', ...args], {
      HUNDREDFOLD_URL: url,
      HUNDREDFOLD_KEY: key,
    });
    if (answer.code !== 0)
      throw new Error(`hundredfold ${args.join(' ')} ended with ${answer.code}:\n${answer.stdout}`);
    return JSON.parse(answer.stdout);
  }

  /** The predictor, once it is as it should be. */
  async function predictorWhen(is: (state: State) => boolean): Promise<State> {
    for (const until = Date.now() + 60_000; ; await sleep(500)) {
      const state = (await hundredfold('status', 'services')) as State;
      if (is(state)) return state;
      if (Date.now() > until)
        throw new Error(`still ${JSON.stringify(state)}\n${await composes('logs', '--no-color')}`);
    }
  }

  beforeAll(async () => {
    await composes('up', '--build', '--detach', '--wait');
    key = (await composes('exec', '-T', 'predict', 'cat', '/var/hundredfold/admin.key')).trim();
  }, 300_000);

  afterAll(async () => {
    await composes('down', '--volumes', '--timeout', '2');
  }, 60_000);

  test('opens one door, to this machine alone, and only to who has a key', async () => {
    const shown = await docker(
      'ps',
      '--filter',
      // Not by the project's label: images that compose built hand it on to whatever else runs of them.
      `name=^${PROJECT}-`,
      '--format',
      '{{.Names}} {{.Ports}}',
    );
    const published = shown.stdout.split('\n').filter((line) => line.includes('->'));
    expect(published).toEqual([`${PROJECT}-predict-1 127.0.0.1:${port}->3000/tcp`]);
    expect((await fetch(`${url}/predictors`)).status).toBe(401);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  test.each([
    ['/docs', 'text/html', 'swagger-ui'],
    ['/docs/static/swagger-ui.css', 'text/css', '.swagger-ui'],
    ['/docs/json', 'application/json', '"openapi":"3.1.0"'],
    // JSON is YAML; the image has no other writer of it.
    ['/docs/yaml', 'application/x-yaml', '"openapi": "3.1.0"'],
  ])('the image has what makes the page %s', async (path, type, words) => {
    const response = await fetch(`${url}${path}`, { headers: { 'x-api-key': key } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining(type),
    ]);
    expect(await response.text()).toContain(words);
  });

  test('no secret can be read off a container', async () => {
    const names = (await composes('ps', '--all', '--quiet')).trim().split('\n');
    const { stdout } = await docker('inspect', '--format', '{{json .Config.Env}} {{json .Args}}', ...names);
    const password = await composes('exec', '-T', 'predict', 'cat', '/secrets/database-password');
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(stdout).not.toContain(password);
    expect(stdout).not.toContain(key);
  });

  test('learns what the command imports, answers, and trains again at the hundredth row', async () => {
    await hundredfold('apply', 'examples/services/predictor.json');
    await hundredfold('import', 'services', 'examples/services/rows.csv');
    await predictorWhen(({ champion }) => champion?.model === 1);
    const answer = await predictionOnce(() => hundredfold('predict', 'services', 'query=dentis'));
    expect(answer.suggestions[0]?.label).toBe('Dental care');
    expect(answer.recorded).toBe(true);
    for (let row = 1; row < 100; row++) {
      const response = await fetch(`${url}/predictors/services/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify({ query: `dentist ${row}` }),
      });
      expect(response.status).toBe(201);
    }
    const { lastRetraining, counter } = await predictorWhen(
      ({ lastRetraining }) => lastRetraining?.trigger === 'count' && lastRetraining.status === 'finished',
    );
    expect(counter.newRows).toBe(0);
    expect(lastRetraining?.verdict).toMatch(/^(promoted|kept|undecided|unchanged)$/);
  }, 120_000);

  test('a task trains one predictor and ends', async () => {
    const said = await composes(
      'run',
      '--rm',
      '--no-deps',
      '-T',
      '--entrypoint',
      'task',
      'train',
      'services',
    );
    expect(said).toMatch(/"message":"retraining of services: (promoted|kept|undecided|unchanged)"/);
    const { lastRetraining } = await predictorWhen(() => true);
    expect(lastRetraining).toMatchObject({ trigger: 'request', status: 'finished' });
    await expect(
      composes('run', '--rm', '--no-deps', '-T', '--entrypoint', 'task', 'train', 'nothing'),
    ).rejects.toThrow('There is no predictor nothing.');
  }, 60_000);

  test('logs lines of JSON that hold no row and no key', async () => {
    const lines = (await composes('logs', '--no-color', '--no-log-prefix', 'predict', 'train'))
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line).service)).toEqual(
      expect.arrayContaining(['predict', 'train']),
    );
    expect(lines.join('\n')).not.toMatch(/dentis|Dental/);
    expect(lines.join('\n')).not.toContain(key.split('_')[2]);
  });

  test('ends in time and well, and has everything again after down and up', async () => {
    const before = await predictorWhen(() => true);
    await composes('stop');
    const states = (await composes('ps', '--all', '--format', '{{.Service}} {{.ExitCode}}'))
      .trim()
      .split('\n');
    expect(states.filter((line) => /^(predict|train|postgres) /.test(line)).sort()).toEqual([
      'postgres 0',
      'predict 0',
      'train 0',
    ]);
    await composes('down');
    await composes('up', '--detach', '--wait');
    const after = await predictorWhen(() => true);
    expect(after.predictions).toBe(100);
    expect(after).toEqual(before);
    const answer = await predictionOnce(() => hundredfold('predict', 'services', 'query=dentis'));
    expect(answer.model).toBe(after.champion?.model);
  }, 120_000);
});

interface State {
  readonly predictions: number;
  readonly counter: { readonly newRows: number };
  readonly champion: { readonly model: number } | null;
  readonly lastRetraining: {
    readonly trigger: string;
    readonly status: string;
    readonly verdict: string;
  } | null;
}

interface Prediction {
  readonly model: number;
  readonly recorded: boolean;
  readonly suggestions: readonly { readonly label: string }[];
}

/** The database says that there is a champion up to two seconds before the server has looked at its pointer. */
async function predictionOnce(ask: () => Promise<unknown>): Promise<Prediction> {
  for (const until = Date.now() + 10_000; ; await sleep(300)) {
    try {
      return (await ask()) as Prediction;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}

async function run(command: string, args: string[], env: Record<string, string>): Promise<EngineAnswer> {
  const started = startProcess({ command, args, env });
  const { code } = await started.closed;
  return { code: code ?? -1, stdout: started.output, stderr: '' };
}
