import { findDuplicateKeys } from './duplicate-keys.ts';
import { fieldPath } from './field-path.ts';
import { losesDigits } from './number-cell.ts';
import { Unfit } from './unfit.ts';

/** A text that is not JSON, told in words of what it holds in its place. */
export class NotJsonError extends SyntaxError {
  override readonly name = 'NotJsonError';
}

/**
 * The JSON of a row, or of a label. What `JSON.parse` would lose without a word is told in its place, for the reader of the
 * row to refuse by name: the first of two keys that are the same, and the last digits of a number that is too long.
 * @throws SyntaxError where the text is not JSON; NotJsonError where it is plain what it is in its place
 */
export function parseRow(text: string): unknown {
  let value: unknown;
  try {
    value = /\d{16}/.test(text) ? JSON.parse(text, keepingDigits) : JSON.parse(text);
  } catch (cause) {
    const words = cause instanceof SyntaxError ? notJsonWords(text) : undefined;
    throw words === undefined ? cause : new NotJsonError(words, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // In a flat object there is a colon for each key; more of them stand in texts, or a key stands twice.
  const keys = Object.keys(value).length;
  return colonsIn(text) > keys && colonsOutside(text) > keys ? withDoubledKeys(value, text) : value;
}

const [QUOTE, COLON, BACKSLASH] = [0x22, 0x3a, 0x5c];

/** A reviver: numbers are looked at as they are written. */
function keepingDigits(_key: string, value: unknown, context?: { readonly source?: unknown }): unknown {
  if (typeof value !== 'number' || typeof context?.source !== 'string') return value;
  if (!losesDigits(context.source, value)) return value;
  return new Unfit(
    `has more digits than a number keeps: put it in quotes where it is a category, round it where it is a number; ${context.source.slice(0, 40)} was sent`,
  );
}

function colonsIn(text: string): number {
  let colons = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) colons++;
  return colons;
}

/** Those that stand in no text. */
function colonsOutside(text: string): number {
  let colons = 0;
  let isText = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) isText = !isText;
    else if (!isText) colons += unit === COLON ? 1 : 0;
    else if (unit === BACKSLASH) at++;
  }
  return colons;
}

function withDoubledKeys(value: object, text: string): object {
  const doubled = new Set(findDuplicateKeys(text));
  if (doubled.size === 0) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key,
      doubled.has(fieldPath([key])) ? new Unfit('stands there twice: keep one of the two') : held,
    ]),
  );
}

/** What other languages write and JSON does not know, outside of its texts. */
const NOT_JSON: readonly (readonly [RegExp, (found: string) => string])[] = [
  [
    /^-?(?:NaN|Infinity)$/,
    (found) => `it holds ${found}, which JSON does not know: send null where a value is missing`,
  ],
  [/^(?:None|True|False|undefined)$/, (found) => `it holds ${found}: JSON writes null, true and false`],
  [/^'$/, () => 'it holds a text in single quotes: JSON has double ones'],
  [/^[“”]$/, () => 'it holds a text in typographic quotes: JSON has straight ones'],
  [/^-?0\d/, (found) => `it holds ${found}: put it in quotes, or leave out the zeros before it`],
  [/^\/[/*]$/, () => 'it holds a comment, which JSON does not know: take it out'],
  [/^,/, (found) => `it has a comma before ${found.slice(-1)}, where JSON has none: leave it out`],
];

/** Any of these, and the texts of JSON, the last of which may break off: none is looked through twice. */
const TOKENS =
  /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)|-?\b(?:NaN|Infinity)\b|\b(?:None|True|False|undefined)\b|['“”]|(?<=[\s:,[])-?0\d+|\/[/*]|,\s*[}\]]/gs;

/** Why a text is not JSON, as the end of a sentence; empty where no more is known than that. */
export function notJsonBecause(cause: unknown): string {
  return cause instanceof NotJsonError ? `: ${cause.message}` : '';
}

/** Of the first that stands in the text, since what follows may be read wrongly behind it. */
function notJsonWords(text: string): string | undefined {
  for (const [found] of text.matchAll(TOKENS)) {
    const words = NOT_JSON.find(([pattern]) => pattern.test(found))?.[1];
    if (words !== undefined) return words(found.slice(0, 40));
  }
  return undefined;
}
