import {
  type Begun,
  DataApiError,
  DataApiRefusedError,
  DataApiStatementError,
  DataApiTooLargeError,
  DataApiUnavailableError,
  DataApiUnsupportedError,
  type StatementErrorDetails,
  type UnavailableCode,
} from './errors.ts';

/** What an error of the SDK, of its HTTP handler or of Node's sockets may carry. */
interface Facts {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** The error of the family that an error of the SDK stands for. Errors of the family stay as they are. */
export function translateError(cause: unknown): DataApiError {
  if (cause instanceof DataApiError) return cause;
  const facts = factsOf(cause);
  return (
    statementError(facts, cause) ??
    unavailable(AWAY, facts, cause) ??
    ofTheResult(facts, cause) ??
    unavailable(SHUT, facts, cause) ??
    new DataApiRefusedError(`${facts.name || 'Error'}: ${facts.message}`, { cause })
  );
}

/**
 * `ERROR: duplicate key value violates unique constraint "x"\n  Detail: Key (id)=(1) already exists.; SQLState: 23505`.
 * Only the end counts: the message may quote a user's own text.
 */
const STATEMENT = /^(ERROR|FATAL|PANIC): ([\s\S]*?);\s*SQLState: ([0-9A-Z]{5})\s*$/;

function statementError({ message }: Facts, cause: unknown): DataApiStatementError | null {
  const match = STATEMENT.exec(message);
  if (match === null) {
    const state = /; SQLState: ([0-9A-Z]{5})\s*$/.exec(message)?.[1];
    return state === undefined ? null : new DataApiStatementError(state, message, {}, { cause });
  }
  const [, severity = '', text = '', state = ''] = match;
  const [first = '', ...more] = text.split(/\n\s*(?=(?:Detail|Hint|Position|Where): )/);
  return new DataApiStatementError(state, first, { severity, ...detailsOf(first, more) }, { cause });
}

function detailsOf(first: string, lines: readonly string[]): StatementErrorDetails {
  const said = (what: string) => lines.find((line) => line.startsWith(`${what}: `))?.slice(what.length + 2);
  const [detail, hint, position] = [said('Detail'), said('Hint'), said('Position')];
  const constraint = /constraint "([^"]+)"/.exec(first)?.[1];
  return {
    ...(detail === undefined ? {} : { detail }),
    ...(hint === undefined ? {} : { hint }),
    ...(position === undefined ? {} : { position: Number(position) }),
    ...(constraint === undefined ? {} : { constraint }),
  };
}

type Rules = readonly (readonly [UnavailableCode, Begun, string, (facts: Facts) => boolean])[];

/** Each rule is asked in order; the first that knows the error decides. */
const AWAY: Rules = [
  [
    'data_api_resuming',
    'no',
    'The database is waking up.',
    ({ name, message }) =>
      name === 'DatabaseResumingException' || message.includes('is resuming after being auto-paused'),
  ],
  [
    'data_api_throttled',
    'no',
    'The Data API is throttling.',
    ({ name, status }) => status === 429 || /^(Throttl|TooManyRequests|RequestLimitExceeded)/.test(name),
  ],
  [
    'data_api_transaction_lost',
    'no',
    'The transaction has ended already: it was rolled back, since it waited too long or something in it failed.',
    ({ name, message }) =>
      name === 'TransactionNotFoundException' || /^Transaction .*\bis(?:n't| not) found/i.test(message),
  ],
  [
    'data_api_unavailable',
    'no',
    'The Data API cannot be reached.',
    ({ code }) => /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code),
  ],
  [
    'data_api_unavailable',
    'unknown',
    'The Data API broke off.',
    // The SDK calls some of these a TimeoutError, too.
    ({ code, message }) =>
      /^(ECONNRESET|EPIPE|ENET(UNREACH|DOWN)|EHOST(UNREACH|DOWN)|ECONNABORTED|EPROTO|ERR_(SSL|TLS)_\w+|CERT_\w+)$/.test(
        code,
      ) || /socket hang up|Communications link failure|Connection is not available/i.test(message),
  ],
  [
    'data_api_timeout',
    'unknown',
    'The Data API did not answer in time.',
    ({ name, code }) => /^(StatementTimeoutException|TimeoutError)$/.test(name) || code === 'ETIMEDOUT',
  ],
  [
    'data_api_unavailable',
    'unknown',
    'The database is not available.',
    ({ name, status }) =>
      status >= 500 ||
      /^(DatabaseUnavailable|ServiceUnavailable|InternalServerError|InternalFailure)/.test(name),
  ],
];

/**
 * Of what no rule above knows, only the names by which the API speaks of the request itself are the caller's fault. Every
 * other one, also one that is not known here yet, says that the way in is shut for a while: by the secret, a permission,
 * expired credentials, the cluster's state or settings.
 */
const OF_THE_REQUEST =
  /^(BadRequest|DatabaseError|Validation|Serialization|UnknownOperation|UnsupportedOperation)(Exception|Error)?$/;

const SHUT: Rules = [
  [
    'data_api_unavailable',
    'unknown',
    'What answered is not the Data API.',
    ({ name, status }) => name === 'SyntaxError' && status > 0,
  ],
  [
    'data_api_denied',
    'no',
    'The way to the database is shut.',
    ({ name, status }) =>
      (status >= 400 && !OF_THE_REQUEST.test(name)) ||
      /^(CredentialsProviderError|TokenProviderError)$/.test(name),
  ],
];

function unavailable(rules: Rules, facts: Facts, cause: unknown): DataApiUnavailableError | null {
  for (const [code, begun, text, applies] of rules) {
    if (!applies(facts)) continue;
    const said = code === 'data_api_denied' ? `${facts.name}: ${facts.message}` : facts.message;
    return new DataApiUnavailableError(code, begun, `${text} ${said}`, { cause });
  }
  return null;
}

function ofTheResult({ name, message, status }: Facts, cause: unknown): DataApiError | null {
  if (status === 413 || /size limit|Packet for query is too large|too large/i.test(message)) {
    return new DataApiTooLargeError(
      `The Data API takes requests of 4 MiB and gives answers of 1 MiB and rows of 64 KB at most: ${message}`,
      { cause },
    );
  }
  if (name === 'UnsupportedResultException') {
    return new DataApiUnsupportedError(`Cast it to text, or to jsonb: ${message}`, { cause });
  }
  return null;
}

function factsOf(error: unknown): Facts {
  if (typeof error !== 'object' || error === null)
    return { name: '', code: '', message: String(error), status: 0 };
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const metadata: unknown = '$metadata' in error ? error.$metadata : null;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : 0;
  const message = 'message' in error ? text(error.message) : '';
  return {
    name: 'name' in error ? text(error.name) : '',
    // The SDK wraps errors of another realm and keeps their message alone: `connect ECONNREFUSED 127.0.0.1:443`.
    code:
      ('code' in error ? text(error.code) : '') ||
      (/\bE(?:CONN|PIPE|TIMEDOUT|NOTFOUND|AI_)\w*/.exec(message)?.[0] ?? ''),
    message,
    status: typeof status === 'number' ? status : 0,
  };
}
