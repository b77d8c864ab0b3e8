import { Agent, request } from 'node:http';
import { expect } from '@jest/globals';

/** A client with connections of its own that stay open. What was refused for want of time it sends again. */
export class Poster {
  /** Rows without a key that were refused, and sent again as others. */
  unknown = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Posts row `n`, every second one with a key; of those some again, some twice at once. All answers are one. */
  async post(n: number, manner: number): Promise<string> {
    if (n % 2 === 0) return this.#until201(n, {});
    const key = { 'idempotency-key': `row-${n}` };
    const ids = new Set([await this.#until201(n, key)]);
    if (manner === 0) ids.add(await this.#until201(n, key));
    if (manner === 1) {
      for (const id of await Promise.all([1, 2].map(() => this.#until201(n, key)))) ids.add(id);
    }
    expect(ids.size).toBe(1);
    const [id = ''] = ids;
    return id;
  }

  async #until201(n: number, headers: Record<string, string>): Promise<string> {
    for (;;) {
      const { status, text } = await this.#once(n, headers);
      if (status === 201) return (JSON.parse(text) as { id: string }).id;
      if (status !== 503) throw new Error(`${status} ${text}`);
      if (headers['idempotency-key'] === undefined) this.unknown++;
    }
  }

  #once(n: number, headers: Record<string, string>): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#url}/predictors/p/predictions`,
        {
          method: 'POST',
          agent: this.#agent,
          headers: { 'content-type': 'application/json', ...headers },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
          });
          response.on('error', reject).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject).end(JSON.stringify({ query: `row ${n}` }));
    });
  }
}
