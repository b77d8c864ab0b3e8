import type { FastifyRequest } from 'fastify';
import { Problem } from '../../api/problem.ts';
import { addressOf } from './address.ts';
import { RateLimit } from './rate-limit.ts';

/** Who brings no key in force may ask a tenth as often as a key: one request may find out nothing but that. */
const STRANGERS_SHARE = 10;

/**
 * Limits how often one key, or one address without a key, may ask. A flood of wrong keys uses up the part of its own address
 * and no key's. `perSecond` 0 limits nothing.
 */
export class Throttle {
  readonly #keys: RateLimit | null;
  readonly #strangers: RateLimit | null;

  constructor(perSecond: number) {
    this.#keys = perSecond > 0 ? new RateLimit(perSecond) : null;
    this.#strangers = perSecond > 0 ? new RateLimit(perSecond / STRANGERS_SHARE) : null;
  }

  /** @throws Problem `rate_limited` */
  known(name: string): void {
    refuseFor(this.#keys?.take(name) ?? 0);
  }

  /** @throws Problem `rate_limited` */
  stranger(request: FastifyRequest): void {
    if (this.#strangers !== null) refuseFor(this.#strangers.take(addressOf(request.ip)));
  }
}

function refuseFor(milliseconds: number): void {
  if (milliseconds === 0) return;
  const seconds = Math.ceil(milliseconds / 1_000);
  throw new Problem(
    'rate_limited',
    `Too many requests at a time: ask again in ${seconds} s, and more slowly.`,
    {
      headers: { 'retry-after': String(seconds) },
    },
  );
}
