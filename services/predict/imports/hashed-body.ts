import { createHash } from 'node:crypto';

/** A streamed body that is hashed as it is read. It can be read once. */
export class HashedBody implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #hash = createHash('sha256');

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) {
      this.#hash.update(next.value);
      yield next.value;
    }
  }

  /** The SHA-256 of the whole body, in hexadecimal; reads what was not read. Call it once. */
  async fingerprint(): Promise<string> {
    for await (const _ of this);
    return this.#hash.digest('hex');
  }

  /** Reads no further. What holds the source back is let go, so that the rest of it can flow away. */
  async end(): Promise<void> {
    await this.#source.return?.();
  }
}
