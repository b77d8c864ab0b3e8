import { cleanText } from './clean.ts';

const KEPT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/;

/** As programs write ISO 8601 and RFC 3339: PostgreSQL a blank and `+00`, Java no seconds, Python a comma, Ruby ` UTC`. */
const ISO =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:(?:T| +)(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?(?: ?(?<offset>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?)?$/i;

/** A moment in parts, each as its digits. Without an hour it is a day. */
export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour?: string | undefined;
  readonly minute?: string | undefined;
  readonly second?: string | undefined;
  readonly fraction?: string | undefined;
  /** `Z`, `UTC`, `GMT`, `+01`, `+0100` or `+01:00`; UTC where it is left out. */
  readonly offset?: string | undefined;
}

/**
 * A date that exists as it is kept: `YYYY-MM-DD`, or a moment `YYYY-MM-DDTHH:MM:SS[.…]` with `Z` or its offset
 * (`+01:00`). It may come as ISO 8601 is commonly written; a time without an offset is one of UTC. Undefined for anything
 * else. `Date.parse` reads every such text too; by itself it would take 30 February for 1 March. Leap seconds (`:60`)
 * have no number in JavaScript and are refused.
 */
export function readIsoDate(text: string): string | undefined {
  if (KEPT.test(text)) return exists(text) ? text : undefined;
  const parts = ISO.exec(cleanText(text))?.groups;
  if (parts === undefined) return undefined;
  const { year = '', month = '', day = '' } = parts;
  return isoDate({ ...parts, year, month, day });
}

/** The parts as they are kept; undefined where there is no such date or time. */
export function isoDate({
  year,
  month,
  day,
  hour,
  minute,
  second,
  fraction,
  offset,
}: DateParts): string | undefined {
  const date = `${year}-${month}-${day}`;
  const text =
    hour === undefined
      ? date
      : `${date}T${hour}:${minute ?? '00'}:${second ?? '00'}${fraction === undefined ? '' : `.${fraction}`}${isoOffset(offset)}`;
  return exists(text) ? text : undefined;
}

function isoOffset(offset: string | undefined): string {
  if (offset === undefined || !/^[+-]/.test(offset)) return 'Z';
  const digits = offset.replace(':', '').padEnd(5, '0');
  return `${digits.slice(0, 3)}:${digits.slice(3)}`;
}

/** @param text of the form that is kept */
function exists(text: string): boolean {
  const part = (from: number, to?: number) => Number(text.slice(from, to));
  const month = part(5, 7);
  const day = part(8, 10);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(part(0, 4), month)) return false;
  if (text.length === 10) return true;
  if (part(11, 13) > 23 || part(14, 16) > 59 || part(17, 19) > 59) return false;
  return text.endsWith('Z') || (part(-5, -3) <= 23 && part(-2) <= 59);
}

/** Days of a month (1–12) in the proleptic Gregorian calendar. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
