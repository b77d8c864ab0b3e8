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
  try {
    const responded = once(request, 'response');
    // A server may refuse before it has read everything: the answer counts then, not the broken pipe.
    const sent = pipeline(Readable.from(patience.watch(body)), request).catch(() => undefined);
    const [response]: IncomingMessage[] = await responded;
    const text = response === undefined ? '' : await textOf(response);
    request.destroy();
    await sent;
    return readAnswer(
      {
        status: response?.statusCode ?? 0,
        statusText: response?.statusMessage ?? '',
        headers: headersOf(response),
      },
      text,
      url,
    );
  } catch (error) {
    throw failure(patience.signal.aborted ? patience.signal.reason : error, url, patience.seconds);
  } finally {
    patience.end();
    request.destroy();
  }
}

/** Aborts when nothing has moved for too long. */
class Patience {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout;
  seconds = STALLED;

  constructor() {
    this.#timer = this.#start();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async *watch(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      this.#timer.refresh();
      yield chunk;
    }
    this.end();
    this.seconds = STORING;
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#controller.abort(new DOMException('too slow', 'TimeoutError'));
    }, this.seconds * 1000);
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function headersOf(response: IncomingMessage | undefined): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response?.headersDistinct ?? {})) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
