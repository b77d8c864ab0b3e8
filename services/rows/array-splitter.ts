import { notJsonBecause, parseRow } from '../ml/predictor/row-json.ts';
import { ROW_LIMIT } from './file-row.ts';
import { shapeAdvice } from './foreign-shape.ts';
import { RowFileError } from './row-file.error.ts';

/** One element of a JSON array as text, `null` when it is over the limit and was not kept. */
export interface Element {
  readonly line: number;
  readonly text: string | null;
}

/** Where we are: before the array, where an element may or must stand, in one, after it, or in something else. */
type State = 'before' | 'first' | 'element' | 'next' | 'after' | 'other';

/** Characters of a text that tell what it is. */
const STARTS = 1000;

const LINES = 'application/x-ndjson (--format ndjson)';

const BLANK = /[ \t\r\n]/;

/**
 * Splits a JSON array into its elements, fed piece by piece: it follows strings and brackets only, so each element
 * has to be parsed still, which finds every other fault.
 * @throws RowFileError when the text is no JSON array
 */
export class ArraySplitter {
  #state: State = 'before';
  #depth = 0;
  #inString = false;
  #escaped = false;
  #text: string | null = '';
  /** How a text starts that is no array. */
  #start = '';
  #line = 1;
  #elementLine = 1;

  /** Takes the next piece; gives the elements that ended in it. */
  feed(piece: string): Element[] {
    const elements: Element[] = [];
    let from = 0;
    for (let at = 0; at < piece.length && this.#state !== 'other'; at++) {
      const char = piece.charAt(at);
      if (char === '\n') this.#line++;
      if (this.#state === 'element') {
        if (!this.#endsElement(char)) continue;
        this.#keep(piece.slice(from, at));
        elements.push({ line: this.#elementLine, text: this.#text });
        this.#state = char === ',' ? 'next' : 'after';
      } else if (!BLANK.test(char)) {
        this.#begin(char);
        from = at;
      }
    }
    if (this.#state === 'element' || this.#state === 'other') this.#keep(piece.slice(from));
    if (this.#state === 'other' && this.#text === null) throw notArray(this.#start);
    return elements;
  }

  /** @throws RowFileError when the array has not ended */
  end(): void {
    if (this.#state === 'before') {
      throw new RowFileError('import_empty', 'The body is empty: send a JSON array of rows.');
    }
    if (this.#state === 'other') throw this.#noArray(this.#text ?? '');
    if (this.#state !== 'after') throw notJson('ends before its array does', this.#line);
  }

  #begin(char: string): void {
    const line = this.#line;
    if (this.#state === 'before') {
      this.#state = beginsAs(char, line);
    } else if (this.#state === 'after') {
      throw notJson('goes on after its array', line);
    } else if (char === ']' && this.#state === 'first') {
      this.#state = 'after';
    } else {
      if (char === ',' || char === ']' || char === '}')
        throw notJson(
          this.#state === 'next' && char === ']' ? 'has a comma before ]: leave it out' : 'lacks a row',
          line,
        );
      this.#state = 'element';
      this.#elementLine = line;
      this.#text = '';
      this.#depth = 0;
      this.#endsElement(char);
    }
  }

  /** Follows strings and brackets; true at the comma or bracket after the element. */
  #endsElement(char: string): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (char === '\\') this.#escaped = true;
      else if (char === '"') this.#inString = false;
      return false;
    }
    if (char === '"') this.#inString = true;
    else if (char === '{' || char === '[') this.#depth++;
    else if (char === '}' || char === ']') {
      this.#depth--;
      if (this.#depth < 0 && char === '}') throw notJson('closes a bracket that is not open', this.#line);
      return this.#depth < 0;
    }
    return char === ',' && this.#depth === 0;
  }

  /** Why a text that is no array cannot be read. */
  #noArray(text: string): RowFileError {
    try {
      parseRow(text);
      return notArray(this.#start);
    } catch (cause) {
      const lines = /\}[ \t]*\r?\n\s*\{/.test(text) ? `; one object a line is ${LINES}` : '';
      return notJson(`is none${notJsonBecause(cause)}${lines}`, 1);
    }
  }

  #keep(piece: string): void {
    if (this.#state === 'other') this.#start = (this.#start + piece).slice(0, STARTS);
    const fits = this.#text !== null && this.#text.length + piece.length <= ROW_LIMIT;
    this.#text = fits ? this.#text + piece : null;
  }
}

export function notJson(what: string, line: number): RowFileError {
  return new RowFileError('body_not_json', `The body cannot be read as JSON: it ${what} (line ${line}).`);
}

/** @throws RowFileError when no JSON begins with the character */
function beginsAs(char: string, line: number): 'first' | 'other' {
  if (char === '[') return 'first';
  if (/[{"\dtfn-]/.test(char)) return 'other';
  const advice = /[\p{L}"]/u.test(char) ? '; CSV is sent as text/csv (--format csv)' : '';
  throw notJson(`begins with ${JSON.stringify(char)}${advice}`, line);
}

function notArray(start: string): RowFileError {
  return new RowFileError(
    'import_not_array',
    `The body is no JSON array: send [{…}, {…}], or one object a line as ${LINES}.${shapeAdvice(start)}`,
  );
}
