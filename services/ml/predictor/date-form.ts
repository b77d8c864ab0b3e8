import { cleanText } from './clean.ts';
import { type DateParts, isoDate } from './date.ts';

/** A form of dates that a definition declares, in the letters of Unicode's LDML, as Java, Swift and Excel have them. */
export interface DateForm {
  /** A date of this form as it is kept; null for one that does not exist, undefined for a text of another form. */
  read(text: string): string | null | undefined;
  /** A date in this form, to show. */
  readonly example: string;
}

export class DateFormError extends Error {
  override readonly name = 'DateFormError';
}

/** What a run of letters stands for: which part, the digits or words it is written in, and how 28 February looks in it. */
interface Field {
  readonly part: keyof DateParts | 'half';
  readonly pattern: string;
  readonly example: string;
  /** Where the digits' number is not fixed, other digits may not follow. */
  readonly loose?: true;
  readonly toPart?: (text: string) => string | undefined;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

const two = (part: keyof DateParts, example: string): Field => ({ part, pattern: '\\d\\d', example });
const oneOrTwo = (part: keyof DateParts, example: string): Field => ({
  part,
  pattern: '\\d\\d?',
  example,
  loose: true,
  toPart: (text) => text.padStart(2, '0'),
});
const offset: Field = { part: 'offset', pattern: 'Z|[+-]\\d\\d(?::?\\d\\d)?', example: '+01:00' };
const month = (pattern: string, example: string): Field => ({
  part: 'month',
  pattern,
  example,
  toPart: monthOf,
});

const FIELDS: Readonly<Record<string, Field>> = {
  yyyy: { part: 'year', pattern: '\\d{4}', example: '2026' },
  y: { part: 'year', pattern: '\\d{4}', example: '2026' },
  yy: { part: 'year', pattern: '\\d\\d', example: '26', toPart: yearOf },
  MM: two('month', '02'),
  M: oneOrTwo('month', '2'),
  MMM: month('[a-z]{3,4}\\.?', 'Feb'),
  MMMM: month('[a-z]{3,9}', 'February'),
  dd: two('day', '28'),
  d: oneOrTwo('day', '28'),
  HH: two('hour', '14'),
  H: oneOrTwo('hour', '14'),
  hh: two('hour', '02'),
  h: oneOrTwo('hour', '2'),
  a: { part: 'half', pattern: '[ap]\\.?m\\.?', example: 'PM' },
  mm: two('minute', '30'),
  m: oneOrTwo('minute', '30'),
  ss: two('second', '00'),
  s: oneOrTwo('second', '0'),
  ...Object.fromEntries(['X', 'XX', 'XXX', 'x', 'xx', 'xxx', 'Z'].map((letters) => [letters, offset])),
};

/** English names, the whole or its beginning: `Feb`, `Feb.`, `Sept`, `February`. */
function monthOf(text: string): string | undefined {
  const word = text.toLowerCase().replace('.', '');
  const at = MONTHS.findIndex((name) => name.toLowerCase().startsWith(word));
  return at < 0 ? undefined : String(at + 1).padStart(2, '0');
}

/** As POSIX and Python read two digits: 69 to 99 are the last century's. */
function yearOf(text: string): string {
  return `${Number(text) < 69 ? '20' : '19'}${text}`;
}

const MISTAKES: Readonly<Record<string, string>> = {
  YYYY: 'the year is yyyy',
  YY: 'the year is yyyy',
  DD: 'the day of the month is dd',
  D: 'the day of the month is d',
  A: 'AM or PM is a',
  tt: 'AM or PM is a',
};

/** @throws DateFormError whose message ends "format …" */
export function compileDateForm(format: string): DateForm {
  const fields: Field[] = [];
  const letters: string[] = [];
  let pattern = '';
  let example = '';
  let before: Field | undefined;
  for (const [token] of format.matchAll(/'(?:[^']|'')*'|([a-zA-Z])\1*|./gs)) {
    if (!/^[a-z]/i.test(token)) {
      const literal = unquoted(token);
      pattern += /^\s+$/.test(literal) ? ' +' : literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      example += literal;
      before = undefined;
      continue;
    }
    const field = fieldOf(token);
    if (fields.some(({ part }) => part === field.part))
      throw new DateFormError(`names the ${field.part} twice`);
    if (before?.loose && /^\\d/.test(field.pattern)) {
      throw new DateFormError(
        `does not say where the ${before.part} ends: write two letters, or something between`,
      );
    }
    fields.push(field);
    letters.push(token);
    pattern += `(?<${field.part}>${field.pattern})`;
    example += field.example;
    before = field;
  }
  checkComplete(fields, letters);
  const matched = new RegExp(`^${pattern}$`, 'i');
  const isHalved = fields.some(({ part }) => part === 'half');
  return {
    example,
    read(text) {
      const found = matched.exec(cleanText(text))?.groups;
      if (found === undefined) return undefined;
      const parts: Record<string, string | undefined> = { day: '01' };
      for (const { part, toPart } of fields) {
        const value = found[part] ?? '';
        parts[part] = toPart === undefined ? value : toPart(value);
      }
      if (isHalved) parts.hour = hourOf(parts.hour ?? '', parts.half ?? '');
      const { year = '', month = '', day = '' } = parts;
      return isoDate({ ...parts, year, month, day }) ?? null;
    },
  };
}

function unquoted(token: string): string {
  if (!token.startsWith("'")) return token;
  if (token === "'") throw new DateFormError('opens a quote that is never closed');
  return token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'");
}

function fieldOf(token: string): Field {
  if (/^S{1,9}$/.test(token)) {
    return { part: 'fraction', pattern: `\\d{${token.length}}`, example: '0'.repeat(token.length) };
  }
  const field = Object.hasOwn(FIELDS, token) ? FIELDS[token] : undefined;
  if (field !== undefined) return field;
  const advice = Object.hasOwn(MISTAKES, token)
    ? MISTAKES[token]
    : "letters that stand for themselves go in '…'";
  throw new DateFormError(
    `holds ${token}, which is not known: ${advice}; there are yyyy, yy, MM, M, MMM, dd, d, HH, H, hh, h, a, mm, ss, SSS and XXX`,
  );
}

function checkComplete(fields: readonly Field[], letters: readonly string[]): void {
  const has = (part: Field['part']) => fields.some((field) => field.part === part);
  if (!has('year')) throw new DateFormError('has no year: add yyyy');
  if (!has('month')) {
    throw new DateFormError(
      `has no month: it is MM${letters.includes('mm') ? ', where mm are minutes' : ''}`,
    );
  }
  if (!has('hour')) {
    const late = fields.find(({ part }) => ['minute', 'second', 'fraction', 'offset', 'half'].includes(part));
    if (late !== undefined) throw new DateFormError('has a part of a time and no hour: add HH');
  } else if (!has('day')) throw new DateFormError('has a time and no day: add dd');
  const isTwelve = letters.includes('h') || letters.includes('hh');
  if (isTwelve !== has('half')) {
    throw new DateFormError(
      isTwelve
        ? 'has hours up to 12 (h) without AM or PM: add a, or write HH'
        : 'has AM or PM (a) with hours up to 24: write h',
    );
  }
}

/** An hour of 1 to 12 and its half of the day; what is no such hour makes no date. */
function hourOf(hour: string, half: string): string {
  const number = Number(hour);
  if (number < 1 || number > 12) return '99';
  return String((number % 12) + (/^p/i.test(half) ? 12 : 0)).padStart(2, '0');
}
