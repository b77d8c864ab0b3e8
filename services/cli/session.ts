import type { Command } from 'commander';
import { Api } from './api/client.ts';
import { UsageError } from './errors.ts';
import { type Paint, paintFor } from './terminal/paint.ts';
import type { Terminal } from './terminal/terminal.ts';

/** What one command works with. */
export interface Session {
  readonly api: Api;
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
  readonly key?: string;
  readonly json?: boolean;
  readonly timeout: number;
}

/** @throws UsageError when the URL or the key cannot be one. */
export function openSession(terminal: Terminal, options: GlobalOptions): Session {
  const { environment, out } = terminal;
  const url =
    options.url === undefined
      ? serverUrl(environment.url, 'HUNDREDFOLD_URL')
      : serverUrl(options.url, '--url');
  const key = options.key ?? environment.key;
  if (key !== null && !/^[\x21-\x7e]*$/.test(key)) {
    throw new UsageError('An API key has printable ASCII characters only.');
  }
  return {
    api: new Api({ url, key: key === '' ? null : key, timeout: options.timeout }),
    terminal,
    json: options.json === true,
    paint: paintFor(terminal, out),
  };
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
