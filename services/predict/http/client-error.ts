import type { Socket } from 'node:net';
import { Problem, problemDocument } from '../../api/problem.ts';

/** Answers what never became a request, or stands still in the middle of one, on the bare socket, and closes it. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  closeWith(socket, problemOf(error));
}

/** Answers a problem on a bare socket and closes it, whatever is still being sent. */
export function closeWith(socket: Socket, problem: Problem): void {
  const body = JSON.stringify(problemDocument(problem));
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${REASONS[problem.status] ?? 'Bad Request'}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  );
  // A client that goes on sending, or does not read, is not waited for.
  socket.setTimeout(LINGER_MS, () => socket.destroy());
}

const LINGER_MS = 2_000;

const REASONS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function problemOf(error: Error & { code?: string }): Problem {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return requestStalled();
    case 'HPE_HEADER_OVERFLOW':
      return headersTooLarge();
    default:
      return new Problem('request_unreadable', `The request cannot be read: ${error.message}.`);
  }
}

export function requestStalled(): Problem {
  return new Problem('request_stalled', 'The request was not sent to its end in time: send it at once.');
}

export function headersTooLarge(): Problem {
  return new Problem(
    'headers_too_large',
    'The headers are more than 16 KiB, or more than 100: send fewer, and rows in the body.',
  );
}
