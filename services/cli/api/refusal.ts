import { CliError, type CliErrorCode } from '../errors.ts';
import { asObject, at, shown, textAt } from './json.ts';

/** One thing that is wrong with a request: where, and what. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/**
 * The server said no: a problem document (RFC 9457), or whatever a proxy answered in its place.
 * `code` is the document's own, `refused` where it has none.
 */
export class RefusalError extends CliError {
  readonly status: number;
  readonly title: string;
  readonly detail: string | null;
  readonly fields: readonly FieldError[];
  /** The body as it came, which `--json` prints. */
  readonly body: string;
  /** The header Retry-After: after how many seconds it is worth asking again; null where it is not said. */
  readonly retryAfter: number | null;
  /** What to do about it, where the command that asked knows: people are told, `--json` is not. */
  advice: string | null = null;

  constructor(status: number, statusText: string, body: string, retryAfter: string | null) {
    const problem = parsed(body);
    const title = textAt(problem, 'title') ?? `HTTP ${status} ${statusText}`.trim();
    // Gateways (AWS API Gateway among them) answer {"message": …}.
    const detail = textAt(problem, 'detail') ?? textAt(problem, 'message');
    super(textAt(problem, 'code') ?? ('refused' satisfies CliErrorCode), detail ?? title);
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.fields = fieldErrors(at(problem, 'errors'));
    this.body = body;
    this.retryAfter = seconds(retryAfter);
  }
}

/** Where the server asks to come again later, after how many seconds and why; null for any other failure. */
export function comeAgainIn(error: unknown): { readonly seconds: number; readonly why: string } | null {
  if (!(error instanceof RefusalError) || error.status !== 503 || error.retryAfter === null) return null;
  return { seconds: error.retryAfter, why: error.detail ?? error.title };
}

/** A number of seconds, or a date (RFC 9110, 10.2.3). */
function seconds(retryAfter: string | null): number | null {
  if (retryAfter === null) return null;
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null; // not a problem document: its status has to do
  }
}

function fieldErrors(errors: unknown): FieldError[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error: unknown) => {
    if (asObject(error) === null) return { field: '', message: shown(error) };
    const line = at(error, 'line');
    return {
      field:
        textAt(error, 'field') ??
        textAt(error, 'path') ??
        textAt(error, 'pointer') ??
        (typeof line === 'number' ? `line ${line}` : ''),
      message:
        textAt(error, 'message') ??
        textAt(error, 'reason') ??
        textAt(error, 'detail') ??
        JSON.stringify(error),
    };
  });
}
