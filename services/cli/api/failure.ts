import { CliError, ServerUnreachableError, TimedOutError } from '../errors.ts';

/** Turns what a request failed with into an error that says what to do. `seconds` is how long it was given. */
export function failure(error: unknown, url: URL, seconds: number): CliError {
  if (error instanceof CliError) return error;
  const codes = [...causes(error)];
  if (codes.includes('TimeoutError') || codes.includes('UND_ERR_HEADERS_TIMEOUT')) {
    return new TimedOutError(`${url.origin} did not answer within ${seconds} s.`, { cause: error });
  }
  if (codes.includes('ECONNREFUSED')) {
    return new ServerUnreachableError(
      `Nobody answers at ${url.origin}. Start the server with \`npm start\`, or name another one with --url or HUNDREDFOLD_URL.`,
      { cause: error },
    );
  }
  if (codes.includes('ENOTFOUND') || codes.includes('EAI_AGAIN')) {
    return new ServerUnreachableError(`The host of ${url.origin} is unknown. Is --url right?`, {
      cause: error,
    });
  }
  return new ServerUnreachableError(`The connection to ${url.origin} failed: ${reason(error)}.`, {
    cause: error,
  });
}

/** The names and codes of an error and of all that caused it; `localhost` fails once per address family. */
function* causes(error: unknown): Generator<string> {
  if (!(error instanceof Error)) return;
  yield error.name;
  if ('code' in error && typeof error.code === 'string') yield error.code;
  if (error instanceof AggregateError) for (const one of error.errors) yield* causes(one);
  yield* causes(error.cause);
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? reason(error.cause) : error.message;
}
