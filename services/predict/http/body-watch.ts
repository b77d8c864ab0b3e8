import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { closeWith, requestStalled } from './client-error.ts';

interface Body {
  readonly raw: FastifyRequest['raw'];
  readonly reply: FastifyReply;
  /** The round in which it began. */
  readonly round: number;
}

/** Rounds in the time that a body may take. */
const ROUNDS = 20;

/**
 * Cuts off connections whose body takes longer than `timeout` milliseconds. A request costs an entry in a map, neither a
 * timer nor a listener: all are looked through some twenty times in that time, and most bodies are there by then.
 */
export class BodyWatch {
  readonly #bodies = new Map<Socket, Body>();
  readonly #pause: number;
  #round = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(timeout: number) {
    this.#pause = timeout / ROUNDS;
  }

  /** From now on the body has its time: of a connection, the one that is being sent. */
  begin({ raw }: FastifyRequest, reply: FastifyReply): void {
    this.#bodies.set(raw.socket, { raw, reply, round: this.#round });
    this.#timer ??= setInterval(() => this.#look(), this.#pause).unref();
  }

  /** The connection's body is there: what was kept of the request lives no longer than it. */
  end(socket: Socket): void {
    this.#bodies.delete(socket);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #look(): void {
    this.#round++;
    for (const [socket, { raw, reply, round }] of this.#bodies) {
      if (raw.complete || socket.destroyed) this.#bodies.delete(socket);
      else if (this.#round - round > ROUNDS) {
        this.#bodies.delete(socket);
        // Its answer may have gone out already, as a refusal does that needs no body.
        if (reply.raw.headersSent) socket.destroy();
        else closeWith(socket, requestStalled());
      }
    }
  }
}
