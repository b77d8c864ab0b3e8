/** Anything the Data API refuses or cannot do. Catch this to catch them all; `cause` holds the SDK's error. */
export class DataApiError extends Error {
  /** Of a failed statement its SQLSTATE, as PostgreSQL drivers have it; else `data_api_…`, one for each kind. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** What PostgreSQL says of a statement beside its message. */
export interface StatementErrorDetails {
  readonly detail?: string;
  readonly hint?: string;
  /** The place in the statement's text, from 1. */
  readonly position?: number;
  readonly constraint?: string;
  /** `FATAL` and `PANIC` end the connection: they speak of no statement. */
  readonly severity?: string;
}

/** PostgreSQL refused a statement; `code` is its SQLSTATE. */
export class DataApiStatementError extends DataApiError {
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: number | undefined;
  readonly constraint: string | undefined;
  readonly severity: string | undefined;

  constructor(sqlState: string, message: string, details: StatementErrorDetails, options?: ErrorOptions) {
    super(sqlState, message, options);
    this.detail = details.detail;
    this.hint = details.hint;
    this.position = details.position;
    this.constraint = details.constraint;
    this.severity = details.severity;
  }
}

/**
 * Did the call do anything? `no`: it is known not to have begun. `unknown`: it may have been carried out, wholly,
 * though its answer was lost; or it may be under way still.
 */
export type Begun = 'no' | 'unknown';

/** The database or the way to it is away, asleep, shut or too slow: the same call may succeed later. */
export class DataApiUnavailableError extends DataApiError {
  readonly begun: Begun;

  constructor(code: UnavailableCode, begun: Begun, message: string, options?: ErrorOptions) {
    super(code, message, options);
    this.begun = begun;
  }
}

export type UnavailableCode =
  | 'data_api_unavailable'
  | 'data_api_resuming'
  | 'data_api_throttled'
  | 'data_api_timeout'
  | 'data_api_denied'
  | 'data_api_transaction_lost';

/** An answer over 1 MiB, a row over 64 KB, or a request over 4 MiB. The statement may have been carried out. */
export class DataApiTooLargeError extends DataApiError {
  constructor(message: string, options?: ErrorOptions) {
    super('data_api_too_large', message, options);
  }
}

/** What the API has no way to say: a result of some other type (cast it to text), a session's lock, listening. */
export class DataApiUnsupportedError extends DataApiError {
  constructor(message: string, options?: ErrorOptions) {
    super('data_api_unsupported', message, options);
  }
}

/** A value that cannot be sent, or that arrived with digits lost. */
export class DataApiValueError extends DataApiError {
  constructor(message: string, options?: ErrorOptions) {
    super('data_api_value', message, options);
  }
}

/** The API refused this call for its form: whoever wrote it is at fault. */
export class DataApiRefusedError extends DataApiError {
  constructor(message: string, options?: ErrorOptions) {
    super('data_api_refused', message, options);
  }
}
