import type pg from 'pg';

/** What the API answers instead: an exception of its model, with the HTTP status that the model gives it. */
export class Refusal extends Error {
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = STATUS[type] ?? 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  ForbiddenException: 403,
  NotFoundException: 404,
  TransactionNotFoundException: 404,
  DatabaseNotFoundException: 404,
  ThrottlingException: 429,
  InternalServerErrorException: 500,
  ServiceUnavailableError: 503,
  DatabaseUnavailableException: 504,
};

/** PostgreSQL's refusal, as the API words it: the SQLSTATE stands at the end of the message and nowhere else. */
export function statementRefusal(error: pg.DatabaseError, timeout: number): Refusal {
  if (error.code === '57014' && error.message.includes('statement timeout')) {
    return new Refusal('StatementTimeoutException', `The statement ran for more than ${timeout} ms.`);
  }
  const lines = [`${error.severity ?? 'ERROR'}: ${error.message}`];
  if (error.detail !== undefined) lines.push(`  Detail: ${error.detail}`);
  if (error.hint !== undefined) lines.push(`  Hint: ${error.hint}`);
  if (error.position !== undefined) lines.push(`  Position: ${error.position}`);
  return new Refusal('DatabaseErrorException', `${lines.join('\n')}; SQLState: ${error.code}`);
}
