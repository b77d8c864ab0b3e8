import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { closeWith, requestStalled } from './client-error.ts';

/** The request whose body a connection is sending, or was when it was last looked at. */
interface Body {
  raw: FastifyRequest['raw'];
  reply: FastifyReply;
  /** The round in which it began. */
  round: number;
}

/** Rounds in the time that a body may take. */
const ROUNDS = 20;

/**
 * Cuts off connections whose body takes longer than `timeout` milliseconds. A request costs a look into a map, neither a
 * timer nor a listener: all connections are looked through some twenty times in that time, and most bodies are there by
 * then. What is kept of a request lives no longer than to the round after it.
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
    const body = this.#bodies.get(raw.socket);
    if (body === undefined) {
      this.#bodies.set(raw.socket, { raw, reply, round: this.#round });
      this.#timer ??= setInterval(() => this.#look(), this.#pause).unref();
      return;
    }
    body.raw = raw;
    body.reply = reply;
    body.round = this.#round;
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
