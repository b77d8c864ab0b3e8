/** Buckets kept at most: past that the ones not used for longest go, which are full again anyway. */
const MOST = 10_000;

interface Bucket {
  tokens: number;
  /** Milliseconds. */
  at: number;
}

/**
 * A token bucket for each name: `perSecond` tokens come in a second, and `burst` can be saved up. In the memory of one
 * process: each has limits of its own.
 */
export class RateLimit {
  readonly #perMillisecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perSecond: number, burst = perSecond * 2) {
    this.#perMillisecond = perSecond / 1_000;
    this.#burst = Math.max(1, burst);
  }

  /** Takes a token of `name`'s. Returns 0, or, where there is none, after how many milliseconds there will be one. */
  take(name: string, now = performance.now()): number {
    const bucket = this.#buckets.get(name) ?? { tokens: this.#burst, at: now };
    // Set anew, so that the map's order is that of their use.
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size > MOST) this.#forgetOldest();
    bucket.tokens = Math.min(this.#burst, bucket.tokens + (now - bucket.at) * this.#perMillisecond);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / this.#perMillisecond);
    bucket.tokens -= 1;
    return 0;
  }

  #forgetOldest(): void {
    const { value } = this.#buckets.keys().next();
    if (value !== undefined) this.#buckets.delete(value);
  }
}
