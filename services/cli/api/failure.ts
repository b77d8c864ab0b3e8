import { CliError, ServerUnreachableError, TimedOutError } from '../errors.ts';
import { thrown } from '../thrown.ts';

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

/** The names and codes of an error and of all that caused it. */
function* causes(error: unknown): Generator<string> {
  if (error === undefined || error === null) return;
  const { name, code, cause, errors } = thrown(error);
  yield name;
  if (code !== null) yield code;
  for (const one of errors) yield* causes(one);
  yield* causes(cause);
}

/** The innermost message: `fetch failed` alone tells nothing. */
function reason(error: unknown): string {
  const { message, cause } = thrown(error);
  return cause === undefined || cause === null ? message : reason(cause);
}
