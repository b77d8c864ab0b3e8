export type RecordingErrorCode = 'database_away' | 'prediction_not_kept';

/** Why an answer was not stored at once. `cause` holds what the database or the store said. */
export class RecordingError extends Error {
  readonly code: RecordingErrorCode;

  constructor(code: RecordingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The database is known to be away, or did not answer in the time that there was. */
export class DatabaseAwayError extends RecordingError {
  constructor(cause?: unknown) {
    super('database_away', 'The database does not answer.', { cause });
  }
}

/** Neither the database nor the spool took the row in time: it must not be answered as if it were stored. */
export class NotKeptError extends RecordingError {
  constructor(cause?: unknown) {
    super('prediction_not_kept', 'Neither the database nor the spool took the prediction in time.', {
      cause,
    });
  }
}
