import type { Row } from '../ml/predictor/definition.ts';
import type { Dialect } from './csv-dialect.ts';

/**
 * One row of a file: an example, or the reason why it is none. `line` is the physical line where it starts, 1 being
 * the first of the file; in a JSON array it is the row's place, from 1. No two rows share one.
 */
export type FileRow =
  | {
      readonly line: number;
      readonly inputs: Row;
      readonly target: string | number;
      readonly reason?: undefined;
    }
  | { readonly line: number; readonly inputs?: undefined; readonly reason: string };

/** The rows of a file, read as they are asked for: memory stays flat whatever the file's size. Can be read once. */
export interface FileRows extends AsyncIterable<FileRow> {
  /** Columns of the file that are neither inputs nor the target; known after the last row. */
  readonly ignoredColumns: readonly string[];
}

/** What a body does not say of itself. */
export interface Reading {
  /** What is added to the lines of a body that is a part of a file. */
  readonly before?: number;
  /** Is it a part, which may hold no value where the file does? */
  readonly part?: boolean;
  readonly dialect?: Dialect;
}

/** A body as it comes in: a Node stream, or anything that gives bytes. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** A row may be this long, in UTF-16 units, as a single row sent over HTTP may be 256 KiB. */
export const ROW_LIMIT = 262_144;

export const TOO_LONG = `is longer than ${ROW_LIMIT} characters: shorten it, or look for a quote that is not closed`;

/** At most this many characters of a reason are kept: a row of a thousand columns may be wrong in each. */
const REASON_LENGTH = 500;

export function rejected(line: number, reason: string): FileRow {
  return { line, reason: reason.length > REASON_LENGTH ? `${reason.slice(0, REASON_LENGTH)}…` : reason };
}
