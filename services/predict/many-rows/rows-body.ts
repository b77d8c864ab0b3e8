import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../../api/problem.ts';
import type { Dialect } from '../../rows/csv-dialect.ts';
import { mediaType } from '../../rows/readers.ts';
import type { AppSettings } from '../context/app.settings.ts';
import { fingerprint, parseBody } from '../http/json-body.ts';
import { readDialect } from '../imports/reader-of.ts';

/** Many rows as they were sent, which are read when it is known whose they are. */
export class RowsBody {
  readonly format: 'array' | 'lines' | 'csv';
  readonly bytes: Buffer;
  /** Bytes that it may have, also when it is unpacked. */
  readonly limit: number;
  /** How CSV is written. */
  readonly dialect: Dialect;

  constructor(format: RowsBody['format'], bytes: Buffer, limit: number, dialect: Dialect) {
    this.format = format;
    this.bytes = bytes;
    this.limit = limit;
    this.dialect = dialect;
  }
}

/** Media types of many rows. A JSON body holds many where it is an array. */
const FORMATS = {
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'application/x-ndjson': 'lines',
  'application/ndjson': 'lines',
  'application/jsonl': 'lines',
} as const;

/**
 * Takes a row as a JSON object, or many in a `RowsBody`, for the routes of this scope; they allow bodies of `rowsLimit`
 * bytes, of which a single row may have `rowLimit`.
 */
export function acceptRows(
  scope: FastifyInstance,
  { rowLimit, rowsLimit }: Pick<AppSettings, 'rowLimit' | 'rowsLimit'>,
): void {
  const takeRows = (
    request: FastifyRequest,
    format: RowsBody['format'],
    body: Buffer,
    done: (error: Error | null, rows?: RowsBody) => void,
  ): void => {
    fingerprint(request, body);
    try {
      done(null, new RowsBody(format, body, rowsLimit, format === 'csv' ? dialectOf(request) : {}));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  };
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: rowsLimit },
    (request, body: Buffer, done) => {
      if (isArray(body)) return takeRows(request, 'array', body, done);
      if (body.length > rowLimit) return done(tooLarge(rowLimit, rowsLimit));
      parseBody(request, body, (error, row) => done(error === null ? null : advised(error, body), row));
    },
  );
  for (const [type, format] of Object.entries(FORMATS)) {
    scope.addContentTypeParser(
      type,
      { parseAs: 'buffer', bodyLimit: rowsLimit },
      (request, body: Buffer, done) => takeRows(request, format, body, done),
    );
  }
}

/** @throws Problem `query_invalid` */
function dialectOf(request: FastifyRequest): Dialect {
  const byType: Dialect =
    mediaType(request.headers['content-type']) === 'text/csv' ? {} : { separator: '\t' };
  return { ...byType, ...readDialect(request) };
}

const BRACKET = 0x5b;
const BRACE = 0x7b;
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);
/** A byte order mark of UTF-8. */
const MARK = [0xef, 0xbb, 0xbf];

/** Is the first thing in it a bracket? */
function isArray(body: Buffer): boolean {
  // Nearly every body.
  if (body[0] === BRACE) return false;
  let at = MARK.every((byte, index) => body[index] === byte) ? MARK.length : 0;
  while (BLANKS.has(body[at] ?? BRACKET)) at++;
  return body[at] === BRACKET;
}

/** Lines of JSON and CSV are often called JSON, since nobody said what they are. */
function advised(error: Error, body: Buffer): Error {
  if (!(error instanceof Problem)) return error;
  const text = body.toString('utf8', 0, LOOKED_AT).trimStart();
  const advice = text.startsWith('{')
    ? /\}[ \t]*\r?\n\s*\{/.test(text) &&
      'One object a line is sent with the header content-type: application/x-ndjson.'
    : /^[^\n[{"]*\n/.test(text) && 'CSV is sent with the header content-type: text/csv.';
  return advice === false
    ? error
    : new Problem(error.code, `${error.message} ${advice}`, { cause: error.cause });
}

/** Bytes of a body that tell what it is. */
const LOOKED_AT = 4_096;

function tooLarge(rowLimit: number, rowsLimit: number): Problem {
  return new Problem(
    'body_too_large',
    `A row may be ${rowLimit} bytes long. Many rows may have ${rowsLimit} bytes together: send them as an array, [{…}, {…}].`,
  );
}
