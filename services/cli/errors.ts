/** A word that scripts may rely on, printed with every failure of the command's own. `docs/reference/cli.md` lists them. */
export const CLI_ERROR_CODES = [
  'wrong_usage',
  'server_unreachable',
  'timed_out',
  'unexpected_answer',
  'refused',
  'file_unreadable',
  'no_champion',
  'stack_unknown',
  'stack_incomplete',
  'key_needed',
  'key_not_registered',
  'aws_credentials_missing',
  'aws_credentials_expired',
  'aws_credentials_refused',
  'aws_denied',
  'aws_refused',
] as const;

export type CliErrorCode = (typeof CLI_ERROR_CODES)[number];

/** Anything that ends a command early. `exitStatus` is 1, or 2 for wrong usage. */
export class CliError extends Error {
  readonly code: string;
  readonly exitStatus: 1 | 2 = 1;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The command line cannot mean anything: exit status 2. */
export class UsageError extends CliError {
  override readonly exitStatus = 2;

  constructor(message: string, options?: ErrorOptions) {
    super('wrong_usage' satisfies CliErrorCode, message, options);
  }
}

/** No answer came: nobody listens, the name is unknown, the connection broke. */
export class ServerUnreachableError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('server_unreachable' satisfies CliErrorCode, message, options);
  }
}

/** The server was too slow for `--timeout`, or a retraining for `--at-most`. */
export class TimedOutError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('timed_out' satisfies CliErrorCode, message, options);
  }
}

/** Something answered, but not as Hundredfold does. */
export class UnexpectedAnswerError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('unexpected_answer' satisfies CliErrorCode, message, options);
  }
}

/** A file that cannot be read, written, or understood. */
export class FileUnreadableError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('file_unreadable' satisfies CliErrorCode, message, options);
  }
}

/** A question about the champion of a predictor that has none. */
export class NoChampionError extends CliError {
  constructor(predictor: string) {
    super(
      'no_champion' satisfies CliErrorCode,
      `${predictor} has no champion yet. \`hundredfold status ${predictor}\` says what is missing.`,
    );
  }
}
