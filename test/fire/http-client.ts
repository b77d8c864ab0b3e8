import { Agent, request } from 'node:http';

export interface HttpAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any;
}

/** Posts JSON over connections that stay open. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get(path: string): Promise<HttpAnswer> {
    return this.#send('GET', path);
  }

  post(path: string, body: unknown): Promise<HttpAnswer> {
    return this.#send('POST', path, JSON.stringify(body));
  }

  put(path: string, body: unknown): Promise<HttpAnswer> {
    return this.#send('PUT', path, JSON.stringify(body));
  }

  delete(path: string): Promise<HttpAnswer> {
    return this.#send('DELETE', path);
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, body?: string): Promise<HttpAnswer> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(
        { agent: this.#agent, host: '127.0.0.1', port: this.#port, method, path, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (piece: string) => {
            text += piece;
          });
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, json: text === '' ? undefined : JSON.parse(text) }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
