import { UnexpectedAnswerError, UsageError } from '../errors.ts';
import { failure } from './failure.ts';
import { RefusalError } from './refusal.ts';

/** Where the API is, and how long it may take: `timeout` in seconds. */
export interface ApiSettings {
  readonly url: URL;
  readonly key: string | null;
  readonly timeout: number;
  /** Adds to a request what says who asks: a signature, or another key. */
  readonly authorize?: (request: OutgoingRequest) => Promise<Record<string, string>>;
  /** Says what to do about a refusal, where it is known here. */
  readonly advise?: (refusal: RefusalError) => string | null;
}

/** A request as it is about to be sent. */
export interface OutgoingRequest {
  readonly method: Call['method'];
  /** The path as it was put together, of names: `['predictors', 'tickets']`. */
  readonly path: readonly string[];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parts of the path, each a name: they are encoded here. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Seconds, in place of what holds for every call. */
  readonly timeout?: number;
}

/** An answer of 200 to 299: its text exactly as sent, and what it holds. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
}

/** The HTTP API of one server. */
export class Api {
  readonly settings: ApiSettings;

  constructor(settings: ApiSettings) {
    this.settings = settings;
  }

  get(path: readonly string[], query: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call({ method: 'GET', path, query });
  }

  /** Sends `body` as JSON: a text is sent as it is. */
  send(method: 'POST' | 'PUT', path: readonly string[], body: unknown): Promise<Answer> {
    return this.call({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /**
   * @throws RefusalError when the answer is 300 or more, ServerUnreachableError or TimedOutError when none came,
   * UnexpectedAnswerError when it is not JSON.
   */
  async call(call: Call): Promise<Answer> {
    const { timeout = this.settings.timeout } = call;
    const url = this.address(call);
    const headers = await this.#authorized(call, url);
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: call.method,
        // A redirect would carry the key to another host.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout * 1000),
        headers,
        ...(call.body === undefined ? {} : { body: call.body }),
      });
      text = await response.text();
    } catch (error) {
      throw failure(error, url, timeout);
    }
    try {
      return readAnswer(response, text, url);
    } catch (error) {
      if (error instanceof RefusalError) error.advice ??= this.settings.advise?.(error) ?? null;
      throw error;
    }
  }

  async #authorized(call: Call, url: URL): Promise<Record<string, string>> {
    const headers = this.headers(call);
    const { method, path, body = '' } = call;
    const added = await this.settings.authorize?.({ method, path, url, headers, body });
    return { ...headers, ...added };
  }

  headers(call: Pick<Call, 'headers'>): Record<string, string> {
    const { key } = this.settings;
    return {
      accept: 'application/json, application/problem+json',
      ...(key === null ? {} : { 'x-api-key': key }),
      ...call.headers,
    };
  }

  /** @throws UsageError when a part of the path cannot be a name. */
  address(call: Pick<Call, 'path' | 'query'>): URL {
    const base = this.settings.url;
    const url = new URL(base);
    url.pathname = [base.pathname.replace(/\/+$/, ''), ...call.path.map(segment)].join('/');
    // A plus is a space to forms alone; where requests are signed it would be a plus.
    url.search = new URLSearchParams(call.query).toString().replaceAll('+', '%20');
    return url;
  }
}

/** A name as one step of a path. Dots alone would climb to another resource, encoded or not; half a surrogate pair has no encoding. */
function segment(name: string): string {
  if (name === '') throw new UsageError('A name or an id is empty: say which one is meant.');
  if (/^\.{1,2}$/.test(name) || !name.isWellFormed()) throw new UsageError(`"${name}" is not a name.`);
  return encodeURIComponent(name);
}

/**
 * What a response says, `text` being its whole body.
 * @throws RefusalError, UnexpectedAnswerError
 */
export function readAnswer(
  response: Pick<Response, 'status' | 'statusText' | 'headers'>,
  text: string,
  url: URL,
): Answer {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    const target = headers.get('location') ?? 'nowhere';
    throw new UnexpectedAnswerError(`${url.origin} redirects to ${target}: give that address as --url.`);
  }
  if (status >= 400) {
    const refusal = new RefusalError(status, response.statusText, text, headers.get('retry-after'));
    refusal.advice = adviceOnPage(text, url);
    throw refusal;
  }
  if (text === '') return { status, headers, text, json: null };
  try {
    return { status, headers, text, json: JSON.parse(text) };
  } catch (error) {
    const type = headers.get('content-type') ?? 'no content type';
    throw new UnexpectedAnswerError(
      `${url.origin} answered with ${type} in place of JSON, as a proxy, a sign-in page or another server does. Is --url right, and is it a Hundredfold server?`,
      { cause: error },
    );
  }
}

/** What to do about a page where a problem document should be: it is no answer of the service. */
function adviceOnPage(text: string, { origin, host, protocol }: URL): string | null {
  if (protocol === 'http:' && /\bHTTPS (?:port|server)\b/i.test(text)) {
    return `${origin} speaks https: give --url https://${host}.`;
  }
  if (!/^\s*</.test(text)) return null;
  return `The answer of ${origin} is a page, as of a proxy, a sign-in or another server: is --url right, and the server behind it up?`;
}
