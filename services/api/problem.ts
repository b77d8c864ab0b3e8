import type { FieldError } from '../ml/predictor/definition.error.ts';
import { PROBLEMS, type ProblemCode } from './problem-codes.ts';

export interface ProblemOptions extends ErrorOptions {
  /** What is wrong field by field. */
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal, thrown by a route and answered as `application/problem+json`. `message` says what to do. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    { errors = [], headers = {}, ...options }: ProblemOptions = {},
  ) {
    super(detail, options);
    this.name = 'Problem';
    this.code = code;
    this.errors = errors;
    this.headers = headers;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }
}

/** A problem as RFC 9457 has it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
}

export function problemDocument({ code, message, errors }: Problem): ProblemDocument {
  const { status, title } = PROBLEMS[code];
  return {
    type: `urn:hundredfold:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    ...(errors.length > 0 ? { errors } : {}),
  };
}
