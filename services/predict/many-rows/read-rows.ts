import { Problem } from '../../api/problem.ts';
import type { FieldError } from '../../ml/predictor/definition.error.ts';
import type { Row } from '../../ml/predictor/definition.ts';
import type { Header } from '../../ml/predictor/header.ts';
import { notJsonBecause, parseRow } from '../../ml/predictor/row-json.ts';
import { ArraySplitter } from '../../rows/array-splitter.ts';
import { belowHeader, ignoredOf, isBlank } from '../../rows/csv.ts';
import { HeaderSearch } from '../../rows/csv-header.ts';
import type { CsvRecord } from '../../rows/csv-splitter.ts';
import { TOO_LONG } from '../../rows/file-row.ts';
import { fileText } from '../../rows/file-text.ts';
import { linesOf } from '../../rows/line-splitter.ts';
import { unpacked } from '../../rows/unpacked.ts';
import type { Serving } from '../../serving/serving.ts';
import type { Turns } from '../../waiting/turns.ts';
import { rowInvalid } from '../answers/answer-row.ts';
import { decode, notJson } from '../http/json-body.ts';
import type { RowsBody } from './rows-body.ts';

/** Rows of one call, at most. */
export const MOST_ROWS = 1_000;

/** A row that fits the predictor's inputs, or why it does not. */
export type RowReading =
  | { readonly row: Row; readonly problem?: undefined }
  | { readonly row?: undefined; readonly problem: Problem };

/** The rows of a body in order, and the columns of a CSV file that are no inputs. */
export interface RowReadings {
  readonly rows: readonly RowReading[];
  readonly ignored: readonly string[];
}

/**
 * Reads the rows of a body, in short turns. A row that does not fit stops no other.
 * @throws Problem, RowFileError where the body as a whole cannot be read, holds no row, or more than `MOST_ROWS`
 */
export async function readRows(serving: Serving, body: RowsBody, turns: Turns): Promise<RowReadings> {
  const rows: RowReading[] = [];
  const pause = turns.begin();
  const take = (reading: RowReading): Promise<void> | undefined => {
    if (rows.push(reading) > MOST_ROWS) throw tooManyRows();
    return pause();
  };
  const ignored = await READERS[body.format](serving, body, take);
  if (rows.length === 0) throw noRows();
  return { rows, ignored };
}

/** Gives each row to `take`, whose promise, if any, it waits for; returns what was ignored. */
type Reader = (
  serving: Serving,
  body: RowsBody,
  take: (reading: RowReading) => Promise<void> | undefined,
) => Promise<readonly string[]>;

const READERS: Readonly<Record<RowsBody['format'], Reader>> = {
  array: readArray,
  lines: readLines,
  csv: readCsvRows,
};

/** Characters that are looked through at a time. */
const STEP = 65_536;

async function readArray(...[serving, { bytes }, take]: Parameters<Reader>): ReturnType<Reader> {
  const text = decode(bytes);
  const splitter = new ArraySplitter();
  let place = 0;
  for (let from = 0; from < text.length; from += STEP) {
    for (const { text: element } of splitter.feed(text.slice(from, from + STEP))) {
      place++;
      const turn = take(
        element === null ? tooLong(serving) : readJson(serving, parseElement(element, place)),
      );
      if (turn !== undefined) await turn;
    }
  }
  splitter.end();
  return [];
}

/** @throws Problem `body_not_json`: of an array nobody knows where a broken element ends */
function parseElement(text: string, place: number): unknown {
  try {
    return parseRow(text);
  } catch (cause) {
    throw notJson(cause, `row ${place}`);
  }
}

async function readLines(...[serving, body, take]: Parameters<Reader>): ReturnType<Reader> {
  for await (const { text } of linesOf(fileText(unpackedBytes(body)))) {
    if (text?.trim() === '') continue;
    const turn = take(text === null ? tooLong(serving) : readLine(serving, text));
    if (turn !== undefined) await turn;
  }
  return [];
}

function readLine(serving: Serving, text: string): RowReading {
  let value: unknown;
  try {
    value = parseRow(text);
  } catch (cause) {
    const why = notJsonBecause(cause) || ': send one object on each line';
    return refused(serving, [{ field: '', message: `is not JSON${why}` }]);
  }
  return readJson(serving, value);
}

function readJson(serving: Serving, value: unknown): RowReading {
  const { row, errors } = serving.reader.read(value);
  return errors === undefined ? { row } : refused(serving, errors);
}

function tooLong(serving: Serving): RowReading {
  return refused(serving, [{ field: '', message: TOO_LONG }]);
}

function refused(serving: Serving, errors: readonly FieldError[]): RowReading {
  return { problem: rowInvalid(serving, errors) };
}

/** A line without any value has a place among the answers, unless there are only such lines below it. */
async function readCsvRows(...[serving, body, take]: Parameters<Reader>): ReturnType<Reader> {
  const search = new HeaderSearch(serving.definition, body.dialect, 'rows');
  let ignored: readonly string[] | null = null;
  let blanks: RowReading[] = [];
  for await (const { header, records } of belowHeader(unpackedBytes(body), search)) {
    ignored ??= ignoredOf(header);
    for (const record of records) {
      const reading = readRecord(serving, header, record);
      const isEmpty = isBlank(record);
      // No more than are known to be too many.
      if (isEmpty && blanks.length <= MOST_ROWS) blanks.push(reading);
      if (isEmpty) continue;
      for (const one of [...blanks, reading]) {
        const turn = take(one);
        if (turn !== undefined) await turn;
      }
      blanks = [];
    }
  }
  return ignored ?? [];
}

function readRecord(serving: Serving, header: Header, { cells, fault }: CsvRecord): RowReading {
  if (fault !== undefined) return refused(serving, [{ field: '', message: fault }]);
  const { row, errors } = header.readInputs(cells);
  return errors === undefined ? { row } : refused(serving, errors);
}

/** @throws RowFileError, and Problem `body_too_large` where it unpacks to more than many rows may have */
function unpackedBytes({ bytes, limit }: RowsBody): AsyncGenerator<Uint8Array> {
  return unpacked(once(bytes), (size) => {
    if (size <= limit) return;
    throw new Problem(
      'body_too_large',
      `This body unpacks to more than the ${limit} bytes that many rows may have: send them in several calls.`,
    );
  });
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function noRows(): Problem {
  return new Problem('rows_empty', 'There is no row in the body: send at least one.');
}

function tooManyRows(): Problem {
  return new Problem(
    'too_many_rows',
    `A call takes ${MOST_ROWS.toLocaleString('en')} rows, and more were sent: send them in several calls. None was answered.`,
  );
}
