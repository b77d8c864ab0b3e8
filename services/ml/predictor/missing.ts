import { cleanText } from './clean.ts';
import { readIsoDate } from './date.ts';
import type { Scalar } from './definition.ts';
import { readNumber } from './number-cell.ts';

/**
 * Tells values that a definition declares as missing: by value, and a text by its clean spelling, by the number that it
 * writes (`-200.0`) and by the date. A declared number or boolean is also meant where it is written as text, as in every
 * cell. Undefined where nothing is declared.
 * @param readDate how a declared date is read, as it is kept: a stored row has that form
 */
export function compileMissing(
  declared: readonly Scalar[] | undefined,
  type: 'text' | 'category' | 'label' | 'number' | 'boolean' | 'date',
  readDate: (text: string) => string | undefined = readIsoDate,
): ((value: unknown) => boolean) | undefined {
  if (declared === undefined) return undefined;
  const read = type === 'number' ? readNumber : type === 'date' ? readIsoDate : () => undefined;
  const values = new Set<unknown>();
  for (const value of declared) {
    const text = cleanText(String(value));
    values
      .add(value)
      .add(text)
      .add(read(text) ?? text)
      .add((type === 'date' ? readDate(text) : undefined) ?? text);
  }
  return (value) => {
    if (typeof value !== 'string') return values.has(value);
    const text = cleanText(value);
    return values.has(text) || values.has(read(text) ?? text);
  };
}

/**
 * What programs write where there is no value: SQL and PostgreSQL's COPY, pandas and R, spreadsheets, JavaScript, people. In
 * lower case. Words that also mean something ("unknown", "other") are none.
 */
const WORDS = new Set(
  [
    'null (null) [null] \\n nil none undefined nan -nan <na> na n/a n/d nd n.a. n.a nat missing k.a. s/o - -- \u2013 \u2014 ? .',
    '#n/a #na #null! #value! #ref! #div/0! #name? #num!',
  ].flatMap((line) => line.split(' ')),
);
const LONGEST_WORD = 9;

/** Is the text a word for missing and nothing else? */
export function isMissingWord(text: string): boolean {
  return text.length <= LONGEST_WORD && WORDS.has(text.toLowerCase());
}

/** What is none of these, and where it is refused stands for missing all the same. */
const NOTHING = /^(?:unknown|[-\u2013\u2014.?]+|[-+]?inf(?:inity)?|0000-00-00.*)$/i;

/** How to declare a value that is refused and seems to stand for missing, as the end of a message; else empty. */
export function missingHint(value: unknown): string {
  if (typeof value !== 'string') return '';
  const text = cleanText(value);
  if (!isMissingWord(text) && !NOTHING.test(text)) return '';
  return `: where it stands for missing, declare "missing": ${JSON.stringify([text])}`;
}
