import type { Command } from 'commander';
import { Api } from './api/client.ts';
import type { Stack } from './aws/stack.ts';
import { UsageError } from './errors.ts';
import { type Paint, paintFor } from './terminal/paint.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What one command works with. */
export interface Session {
  readonly api: Api;
  /** The stack on AWS that the API is one of; null where a server is named by its URL. */
  readonly stack: Stack | null;
  readonly terminal: Terminal;
  /** Print the API's JSON in place of text for people. */
  readonly json: boolean;
  /** Colours for standard output. */
  readonly paint: Paint;
}

/** 0: done; 1: refused or failed. Wrong usage, 2, is thrown as a UsageError. */
export type ExitStatus = 0 | 1;

/** Runs the work of a command in a session made from its options, and keeps its exit status. */
export type Start = (command: Command, work: (session: Session) => Promise<ExitStatus>) => Promise<void>;

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string;
  readonly stack?: string;
  readonly region?: string;
  readonly key?: string;
  readonly json?: boolean;
  readonly timeout: number;
}

/**
 * A server by its URL, or a stack by its name. What the command line says wins over the environment.
 * @throws UsageError when the URL, the key or the name cannot be one, and what finding a stack throws
 */
export async function openSession(terminal: Terminal, options: GlobalOptions): Promise<Session> {
  const { environment, out } = terminal;
  const { timeout } = options;
  const key = readKey(options.key ?? environment.key);
  const shared = { terminal, json: options.json === true, paint: paintFor(terminal, out) };
  const name = stackName(options, environment.stack);
  if (name === null) {
    const url =
      options.url === undefined
        ? serverUrl(environment.url, 'HUNDREDFOLD_URL')
        : serverUrl(options.url, '--url');
    return { ...shared, stack: null, api: new Api({ url, key, timeout }) };
  }
  // What talks to AWS is loaded for a stack only.
  const [{ openStack }, { stackAccess }] = await Promise.all([
    import('./aws/open-stack.ts'),
    import('./aws/stack-access.ts'),
  ]);
  const stack = await openStack(name, options.region ?? null, environment.aws, timeout);
  const doubt = stack.checkState();
  if (doubt !== null && !shared.json) terminal.err.write(`warning: ${doubt}\n`);
  const url = serverUrl(stack.output('ApiUrl'), `ApiUrl of ${name}`);
  return { ...shared, stack, api: new Api({ url, key: null, timeout, ...stackAccess(stack, key) }) };
}

/** @throws UsageError */
function stackName({ stack, url, region }: GlobalOptions, fromEnvironment: string | null): string | null {
  if (stack !== undefined && url !== undefined) {
    throw new UsageError('--stack and --url name two servers: give one of them.');
  }
  const name = stack ?? (url === undefined ? fromEnvironment : null);
  if (name === null && region !== undefined) throw new UsageError('--region goes with --stack.');
  return name;
}

/** @throws UsageError */
function readKey(key: string | null): string | null {
  if (key !== null && !/^[\x21-\x7e]*$/.test(key)) {
    throw new UsageError('An API key has printable ASCII characters only.');
  }
  return key === '' ? null : key;
}

function serverUrl(text: string, from: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(`${from} is "${text}", which is not an http(s) URL such as http://127.0.0.1:3000.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(`${from} holds a user or password; a key goes into --key or HUNDREDFOLD_KEY.`);
  }
  return url;
}

/** Prints JSON for machines, exactly as it came; an answer without a body prints nothing. */
export function printJson(session: Session, text: string): void {
  if (text !== '') session.terminal.out.write(text.endsWith('\n') ? text : `${text}\n`);
}
