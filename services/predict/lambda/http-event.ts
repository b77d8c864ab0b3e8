import { METHODS } from 'node:http';

/** A request as API Gateway's events of both versions say it, in one shape that a proxy can pass on. */
export interface HttpEvent {
  readonly version: '1.0' | '2.0';
  readonly httpMethod: string;
  /** With the query, written as a client writes it. */
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly requestId: string; readonly identity: { readonly sourceIp: string } };
}

/** The event is no request of API Gateway's, or one that cannot be read. */
export class EventError extends Error {
  readonly code = 'event_malformed';

  constructor(what: string) {
    super(`The event is no request of a REST API (1.0) or an HTTP API (2.0): ${what}.`);
    this.name = new.target.name;
  }
}

export type Fields = Readonly<Record<string, unknown>>;

/** Headers that speak of the connection, or of the body as it came: both end at API Gateway. */
const DROPPED = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'x-request-id',
]);
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const KNOWN_METHODS = new Set(METHODS);

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a field that may be left out, or null. @throws EventError when it is something else than an object */
export function fieldsAt(fields: Fields, name: string): Fields {
  const value = fields[name] ?? {};
  if (!isFields(value)) throw new EventError(`${name} is no object`);
  return value;
}

/** @throws EventError when it is there and no text */
export function textAt(fields: Fields, name: string): string | null {
  const value = fields[name] ?? null;
  if (value !== null && typeof value !== 'string') throw new EventError(`${name} is no text`);
  return value;
}

/** @throws EventError for what no client can have sent */
export function methodOf(text: string | null): string {
  if (text === null || !KNOWN_METHODS.has(text)) throw new EventError('there is no method in it');
  return text;
}

/** What whoever parses an address drops, trims or takes for its end or a slash. */
const REWRITTEN = /[\0-\x20?#\\]/g;
const DOTS = /\/(\.|%2e){1,2}(\/|$)/i;

/**
 * The path as the service knows it: without the stage, where that stands before it. Version 1.0 decodes paths; what would
 * not be kept as it is in an address is written as a client writes it, so that the route which answers is the one that
 * API Gateway let the caller in to.
 */
export function pathOf(text: string | null, stage: string | null): string {
  if (text === null || !text.startsWith('/')) throw new EventError('there is no path in it');
  const prefix = `/${stage ?? ''}`;
  const isStaged =
    stage !== null && stage !== '' && stage !== '$default' && `${text}/`.startsWith(`${prefix}/`);
  const path = isStaged ? text.slice(prefix.length) || '/' : text;
  if (DOTS.test(path)) throw new EventError('its path has a part of dots, which could mean another path');
  return path.replace(REWRITTEN, encodeURIComponent);
}

/** Adds a header as often as it came. @throws EventError */
export function addHeader(headers: Record<string, string | string[]>, name: string, value: unknown): void {
  const lower = name.toLowerCase();
  if (!TOKEN.test(lower)) throw new EventError(`${JSON.stringify(name.slice(0, 50))} names no header`);
  const values = Array.isArray(value) ? value : [value];
  if (!values.every((one) => typeof one === 'string')) throw new EventError(`the header ${lower} is no text`);
  const [only, ...others] = values;
  if (only !== undefined && !DROPPED.has(lower)) headers[lower] = others.length === 0 ? only : values;
}

/** @throws EventError */
export function bodyOf(event: Fields): Pick<HttpEvent, 'body' | 'isBase64Encoded'> {
  const body = textAt(event, 'body');
  const isBase64Encoded = event.isBase64Encoded ?? false;
  if (typeof isBase64Encoded !== 'boolean') throw new EventError('isBase64Encoded is neither true nor false');
  if (isBase64Encoded && body !== null && !isBase64(body)) throw new EventError('the body is not base64');
  return { body, isBase64Encoded };
}

/** Node skips what is no base64, and would read a body other than the one that was sent. */
function isBase64(text: string): boolean {
  return Buffer.from(text, 'base64').length === Buffer.byteLength(text, 'base64');
}
