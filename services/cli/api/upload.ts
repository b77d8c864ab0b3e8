import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Answer, type Api, type Call, readAnswer } from './client.ts';
import { failure } from './failure.ts';

/** Seconds without a byte taken, after which an upload is given up. */
const STALLED = 300;
/** Seconds from the last byte to the answer: the server may still be storing millions of rows. */
const STORING = 1800;

/**
 * Posts `size` bytes as they are read, never more than the connection takes. Not by `fetch`, which gives up on any
 * answer that needs more than 300 s and cannot be told otherwise.
 * @throws as `Api.call` does, and what `body` throws.
 */
export async function upload(
  api: Api,
  call: Pick<Call, 'path' | 'query' | 'headers'>,
  body: AsyncIterable<Uint8Array>,
  size: number,
): Promise<Answer> {
  const url = api.address(call);
  const patience = new Patience();
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = send(url, {
    method: 'POST',
    headers: { ...api.headers(call), 'content-length': size },
    signal: patience.signal,
  });
  let response: Response;
  let text: string;
  try {
    const responded = once(request, 'response');
    // A server may refuse before it has read everything: the answer counts then, not the broken pipe.
    pipeline(Readable.from(patience.watch(body)), request).catch(() => undefined);
    const [message]: IncomingMessage[] = await responded;
    if (message === undefined) throw new Error('there was no response');
    text = await textOf(message);
    response = headOf(message);
  } catch (error) {
    // Of a source that fails the connection learns only that it was hung up.
    throw failure(patience.fault ?? error, url, patience.seconds);
  } finally {
    patience.end();
    request.destroy();
  }
  return readAnswer(response, text, url);
}

/** Watches the body go, aborts when nothing has moved for too long, and keeps why it ended early. */
class Patience {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;
  seconds = STALLED;
  fault: unknown;

  constructor() {
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#noting(body)) {
      this.#timer.refresh();
      yield chunk;
    }
    this.end();
    this.seconds = STORING;
    this.#timer = this.#start();
  }

  /** A generator of its own, because what a broken connection throws into `watch` is no fault of the body. */
  async *#noting(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      this.fault = error;
      throw error;
    }
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.fault ??= new DOMException('too slow', 'TimeoutError');
      this.#controller.abort();
    }, this.seconds * 1000);
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function headOf(message: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return new Response(null, {
    status: message.statusCode ?? 500,
    statusText: message.statusMessage ?? '',
    headers,
  });
}
