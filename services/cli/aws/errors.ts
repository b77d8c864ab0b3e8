import { CliError, type CliErrorCode } from '../errors.ts';

/** There are no AWS credentials, they have expired, or AWS does not know them. */
export class CredentialsError extends CliError {
  constructor(
    code: Extract<CliErrorCode, `aws_credentials_${string}`>,
    message: string,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/** AWS knows who asks, and does not allow it. */
export class DeniedError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('aws_denied' satisfies CliErrorCode, message, options);
  }
}

/** The region has no stack of that name. */
export class UnknownStackError extends CliError {
  constructor(message: string, options?: ErrorOptions) {
    super('stack_unknown' satisfies CliErrorCode, message, options);
  }
}

/** The stack lacks what the command needs of it. */
export class StackIncompleteError extends CliError {
  constructor(message: string) {
    super('stack_incomplete' satisfies CliErrorCode, message);
  }
}

/** A call that API Gateway takes with a key only, and there is none. */
export class KeyNeededError extends CliError {
  constructor(message: string) {
    super('key_needed' satisfies CliErrorCode, message);
  }
}

/** What an AWS service answered with, in place of doing what it was asked for. */
export class AwsRefusalError extends CliError {
  readonly status: number;
  /** AWS's own word for it: `ThrottlingException`. */
  readonly awsCode: string;

  constructor(status: number, awsCode: string, message: string) {
    super('aws_refused' satisfies CliErrorCode, message);
    this.status = status;
    this.awsCode = awsCode;
  }
}

/** A call to AWS that failed for a reason that is known: what may be done without, a tool goes on after. */
export function isCallFailure(error: unknown): error is CliError {
  return error instanceof CliError;
}
