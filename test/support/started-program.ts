import { setTimeout as sleep } from 'node:timers/promises';
import { type StartedProcess, startProcess } from './process.ts';

/** Any JSON of an answer; tests say what they expect of it. */
export type Body = Record<string, unknown> & { [key: string]: unknown };

export interface Answer {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** The program as `npm start` starts it, and its HTTP API. */
export class StartedProgram {
  readonly process: StartedProcess;
  readonly url: string;

  constructor(process: StartedProcess, url: string) {
    this.process = process;
    this.url = url;
  }

  get(path: string): Promise<Answer> {
    return this.send('GET', path);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.send('PUT', path, JSON.stringify(body), { 'content-type': 'application/json' });
  }

  importCsv(predictor: string, csv: string, query = ''): Promise<Answer> {
    return this.send('POST', `/predictors/${predictor}/examples${query}`, csv, {
      'content-type': 'text/csv',
    });
  }

  async send(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers };
  }

  /** Waits until the predictor has no training under way, and returns it. */
  async settled(predictor: string, milliseconds = 30_000): Promise<Body> {
    for (const until = Date.now() + milliseconds; ; await sleep(20)) {
      const { body } = await this.get(`/predictors/${predictor}`);
      const { unfinished } = body.retrainings as { unfinished: number };
      if (unfinished === 0 && body.lastRetraining !== null) return body;
      if (Date.now() > until)
        throw new Error(`still training: ${JSON.stringify(body)}\n${this.process.output}`);
    }
  }
}

/** Starts the program on a data folder and waits until it is ready. `entry` is how: npm, or Node without npm. */
export async function startProgram(
  data: string,
  args: readonly string[] = ['--empty'],
  command: readonly [string, ...string[]] = [process.execPath, 'bin/launch.js', 'services/local/server.ts'],
  env: Record<string, string | undefined> = {},
): Promise<StartedProgram> {
  const [program, ...before] = command;
  const started = startProcess({
    command: program,
    args: [...before, '--data', data, '--port', '0', ...args],
    env: { NODE_OPTIONS: undefined, ...env },
  });
  try {
    const [, url] = await started.waitForLine(/Hundredfold is ready on (http:\S+)/, 60_000);
    return new StartedProgram(started, url ?? '');
  } catch (error) {
    await started.kill();
    throw error;
  }
}
