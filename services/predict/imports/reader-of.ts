import type { FastifyRequest } from 'fastify';
import { Problem } from '../../api/problem.ts';
import { type Dialect, KNOWN_SEPARATORS, SEPARATORS, type Separator } from '../../rows/csv-dialect.ts';
import { mediaType, PARTED, ROW_FILE_READERS, type RowFileReader } from '../../rows/readers.ts';
import { unpacked } from '../../rows/unpacked.ts';
import { invalid, readText } from '../http/page-query.ts';
import { type BodyLimits, checkUnpacked } from './import-body.ts';

/**
 * How the body of a request is read: by its media type, by what its query says of it (`?separator=;&decimal=,`), and
 * unpacked where it is gzip.
 * @throws Problem `unsupported_media_type`, `query_invalid`
 */
export function readerOf(request: FastifyRequest, limits: Pick<BodyLimits, 'importLimit'>): RowFileReader {
  const { headers } = request;
  const read = ROW_FILE_READERS.get(mediaType(headers['content-type']));
  if (read === undefined) {
    throw new Problem(
      'unsupported_media_type',
      'Send text/csv, text/tab-separated-values, application/x-ndjson or a JSON array as application/json, and name it in the header content-type.',
    );
  }
  const packing = (headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(packing)) {
    throw new Problem(
      'unsupported_media_type',
      `A body may be packed by gzip; content-encoding: ${JSON.stringify(packing)} was sent. Pack it by gzip, or send it as it is.`,
    );
  }
  const dialect = readDialect(request);
  const check = (size: number) => checkUnpacked(size, limits);
  return (source, definition, reading = {}) =>
    read(unpacked(source, check), definition, { ...reading, dialect });
}

/** @throws Problem `query_invalid` */
export function readDialect({ query, headers }: Pick<FastifyRequest, 'query' | 'headers'>): Dialect {
  const separator = readSeparator(readText(query, 'separator'));
  const decimal = readText(query, 'decimal');
  const parted = PARTED.has(mediaType(headers['content-type']));
  if (separator !== null && !parted) throw invalid('separator', 'goes with text/csv');
  if (decimal === null) return separator === null ? {} : { separator };
  if (!parted) throw invalid('decimal', 'goes with text/csv: a number in JSON has a point');
  if (decimal !== '.' && decimal !== ',') throw invalid('decimal', 'must be "." or ","');
  return separator === null ? { decimal } : { separator, decimal };
}

/** By itself or by its name, which is easier to write into a URL. */
function readSeparator(given: string | null): Separator | null {
  if (given === null) return null;
  const named = KNOWN_SEPARATORS.find((separator) => separator === given || SEPARATORS[separator] === given);
  if (named !== undefined) return named;
  throw invalid('separator', 'must be one of , ; | tab (comma, semicolon, pipe, tab)');
}
