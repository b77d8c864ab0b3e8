import type { Socket } from 'node:net';
import { Problem, problemDocument } from './problem.ts';

/** Answers what is no HTTP at all, on the bare socket: there is no request to reply to. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = new Problem('request_unreadable', `The request cannot be read: ${error.message}.`);
  const body = JSON.stringify(problemDocument(problem));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} Bad Request`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
}
