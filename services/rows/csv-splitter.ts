import type { Separator } from './csv-dialect.ts';
import { ROW_LIMIT, TOO_LONG } from './file-row.ts';

/** One record of a CSV file, or why it cannot be read. `line` is where it starts. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault?: string | undefined;
}

/**
 * Where in a record we are. `blank`: behind blanks that begin a cell, and are no part of it if a quote follows. `closing`:
 * after a quote inside quotes, which ends the cell or stands for a quote. `closed`: behind blanks after that.
 */
type State = 'start' | 'blank' | 'plain' | 'quoted' | 'closing' | 'closed';

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Splits CSV (RFC 4180) into records, fed piece by piece. A quote opens a quoted cell only at the cell's start, blanks
 * before it and after the closing one forgiven; within a plain cell it is an ordinary character (`5" pipe`). A record may
 * end with LF, CRLF or CR; empty lines are skipped.
 *
 * Written here because a record over the limit must cost one record and no memory: csv-parse either ends the file at
 * it or keeps it whole, and so does a quote that is never closed.
 */
export class CsvSplitter {
  readonly #separator: number;
  #state: State = 'start';
  #cells: string[] = [];
  #cell = '';
  /** Characters of the record so far, dropped ones too. */
  #size = 0;
  #fault: string | undefined;
  #line: number;
  #recordLine: number;
  #quoteLine: number;
  #afterCr = false;

  /** `before` lines stand before the text, in the file that it is a part of. */
  constructor(before = 0, separator: Separator = ',') {
    this.#separator = separator.charCodeAt(0);
    this.#line = before + 1;
    this.#recordLine = this.#line;
    this.#quoteLine = this.#line;
  }

  /** The line where a quote was opened that is still open, or undefined. */
  get openQuote(): number | undefined {
    return this.#state === 'quoted' ? this.#quoteLine : undefined;
  }

  /** Takes the next piece of the file; gives the records that ended in it. */
  feed(text: string): CsvRecord[] {
    const records: CsvRecord[] = [];
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit === LF && this.#afterCr) {
        this.#secondHalf();
        continue;
      }
      this.#afterCr = unit === CR;
      if (unit === LF || unit === CR) this.#line++;
      if (this.#state === 'quoted') at = this.#inQuotes(text, at, unit);
      else if (unit === this.#separator) this.#endCell();
      else if (unit === LF || unit === CR) this.#endRecord(records);
      else if (this.#state === 'plain' || !isEdge(unit)) at = this.#inPlain(text, at);
      else at = this.#atEdge(text, at, unit);
    }
    return records;
  }

  /** The last record, when the file does not end with a line break. */
  end(): CsvRecord[] {
    const records: CsvRecord[] = [];
    this.#endRecord(records);
    return records;
  }

  /** The LF of a CRLF: part of a quoted cell, else nothing of its own. */
  #secondHalf(): void {
    this.#afterCr = false;
    if (this.#state === 'quoted') this.#take('\n');
  }

  /** A quote or a blank where it may be no part of the cell. Gives the last position taken. */
  #atEdge(text: string, at: number, unit: number): number {
    if (unit !== QUOTE) this.#takeBlank(text.charAt(at));
    else if (this.#state === 'closed') return this.#inPlain(text, at);
    else this.#openQuotes();
    return at;
  }

  /** A quote at a cell's start, or right behind the one that seemed to end it: two stand for one. */
  #openQuotes(): void {
    if (this.#state === 'closing') this.#take('"');
    else {
      this.#quoteLine = this.#line;
      this.#cell = '';
    }
    this.#state = 'quoted';
  }

  /** A blank before a cell's first character, or behind its closing quote. */
  #takeBlank(blank: string): void {
    const behind = this.#state === 'closing' || this.#state === 'closed';
    this.#state = behind ? 'closed' : 'blank';
    if (!behind) this.#take(blank);
  }

  /** Inside quotes everything counts as it stands, up to the next quote. Gives the last position taken. */
  #inQuotes(text: string, at: number, unit: number): number {
    if (unit === QUOTE) {
      this.#state = 'closing';
      return at;
    }
    let end = at + 1;
    // A line break ends the run, so that lines are counted in one place.
    while (end < text.length && !isSpecial(text.charCodeAt(end), QUOTE)) end++;
    this.#take(text.slice(at, end));
    return end - 1;
  }

  /** A run of ordinary characters outside quotes. Gives the last position taken. */
  #inPlain(text: string, at: number): number {
    if (this.#state === 'closing' || this.#state === 'closed')
      this.#fault ??= 'has text after a closing quote: double the quotes inside a cell';
    this.#state = 'plain';
    let end = at + 1;
    while (end < text.length && !isSpecial(text.charCodeAt(end), this.#separator)) end++;
    this.#take(text.slice(at, end));
    return end - 1;
  }

  #take(run: string): void {
    this.#size += run.length;
    if (this.#size <= ROW_LIMIT) this.#cell += run;
    else this.#dropRecord();
  }

  #endCell(): void {
    this.#state = 'start';
    this.#size++;
    if (this.#size <= ROW_LIMIT) this.#cells.push(this.#cell);
    else this.#dropRecord();
    this.#cell = '';
  }

  #dropRecord(): void {
    this.#fault = TOO_LONG;
    this.#cells = [];
    this.#cell = '';
  }

  #endRecord(records: CsvRecord[]): void {
    const blank = this.#size === 0 && this.#state === 'start';
    if (!blank) {
      this.#cells.push(this.#cell);
      records.push({ line: this.#recordLine, cells: this.#cells, fault: this.#fault });
    }
    this.#state = 'start';
    this.#cells = [];
    this.#cell = '';
    this.#size = 0;
    this.#fault = undefined;
    this.#recordLine = this.#line;
  }
}

function isEdge(unit: number): boolean {
  return unit === QUOTE || unit === SPACE || unit === TAB;
}

function isSpecial(unit: number, stop: number): boolean {
  return unit === stop || unit === LF || unit === CR;
}
