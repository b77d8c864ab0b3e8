import { CliError, ServerUnreachableError, TimedOutError } from '../errors.ts';
import { thrown } from '../thrown.ts';

/** Turns what a request failed with into an error that says what to do. `seconds` is how long it was given. */
export function failure(error: unknown, url: URL, seconds: number): CliError {
  if (error instanceof CliError) return error;
  const codes = [...causes(error)];
  if (codes.includes('TimeoutError') || codes.includes('UND_ERR_HEADERS_TIMEOUT')) {
    return new TimedOutError(`${url.origin} did not answer within ${seconds} s.`, { cause: error });
  }
  return new ServerUnreachableError(unreachable(error, codes, url), { cause: error });
}

/** What to do where no answer came, in a sentence or two. */
function unreachable(error: unknown, codes: readonly string[], url: URL): string {
  const is = (...any: string[]) => any.some((code) => codes.includes(code));
  const { origin } = url;
  if (is('ECONNREFUSED')) {
    return `Nobody answers at ${origin}. Start the server with \`npm start\`, or name another one with --url or HUNDREDFOLD_URL.`;
  }
  if (is('ENOTFOUND', 'EAI_AGAIN')) return `The host of ${origin} is unknown. Is --url right?`;
  if (is('EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT')) {
    return `No way leads to ${origin} (${reason(error)}). Is --url right, and the network up?`;
  }
  if (is('ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO') && reason(error).includes('wrong version number')) {
    return `${origin} does not speak https, or not at this port: give --url http://${url.host} if it speaks http.`;
  }
  if (is('HTTPParserError') || codes.some((code) => code.startsWith('HPE_'))) {
    return `What answers at ${origin} does not speak HTTP: is the port right?`;
  }
  if (codes.some((code) => CERTIFICATE.test(code))) {
    return `The certificate of ${origin} is not trusted (${reason(error)}). Is --url right? An authority of your own is named in NODE_EXTRA_CA_CERTS.`;
  }
  if (url.protocol === 'http:' && is('UND_ERR_SOCKET', 'ECONNRESET')) {
    return `The connection to ${origin} was closed without an answer. If it speaks https, give --url https://${url.host}.`;
  }
  return `The connection to ${origin} failed: ${reason(error)}.`;
}

/** What Node calls the faults of a certificate. */
const CERTIFICATE = /CERT|ALTNAME|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

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
