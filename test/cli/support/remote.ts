import Fastify, { type FastifyInstance, type FastifyRequest, type HTTPMethods } from 'fastify';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: FastifyRequest['headers'];
  readonly body: string;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * A remote server, over real HTTP, that answers what a test tells it: for what a real server does only when it is
 * ill (slow, redirecting, not ours), and for answers that take long to bring about (many pages, a failed retraining).
 * What a healthy server answers it only repeats: `main-flow.test.ts` asks the real one.
 */
export class Remote {
  readonly received: Received[] = [];
  readonly #server: FastifyInstance = Fastify({ bodyLimit: 64 * 1024 * 1024 });
  url = '';

  constructor() {
    this.#server.removeAllContentTypeParsers();
    this.#server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    this.#server.setNotFoundHandler((request, reply) => {
      this.#note(request);
      return reply
        .code(404)
        .type('application/problem+json')
        .send({
          type: 'about:blank',
          title: 'Not found',
          status: 404,
          detail: `There is nothing at ${request.url}.`,
          code: 'not_found',
        });
    });
  }

  /** Answers `method path` with what `reply` returns; the n-th time with what it returns for n, from 1. */
  on(
    method: HTTPMethods,
    path: string,
    reply: (received: Received, n: number) => Reply | Promise<Reply>,
  ): this {
    let n = 0;
    this.#server.route({
      method,
      url: path,
      handler: async (request, response) => {
        const { status = 200, headers = {}, body } = await reply(this.#note(request), ++n);
        response.code(status).headers({ 'content-type': 'application/json', ...headers });
        if (status >= 400 && headers['content-type'] === undefined) response.type('application/problem+json');
        return typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body);
      },
    });
    return this;
  }

  async start(): Promise<this> {
    this.url = await this.#server.listen({ port: 0, host: '127.0.0.1' });
    return this;
  }

  stop(): Promise<void> {
    return this.#server.close();
  }

  #note(request: FastifyRequest): Received {
    const received = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: typeof request.body === 'string' ? request.body : '',
    };
    this.received.push(received);
    return received;
  }
}
