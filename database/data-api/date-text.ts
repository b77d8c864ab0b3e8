import { DataApiValueError } from './errors.ts';

/** An instant as PostgreSQL reads it in UTC: also before the year 1 and after 9999, where ISO 8601 and it differ. */
export function dateText(date: Date): string {
  if (Number.isNaN(date.getTime()))
    throw new DataApiValueError('an invalid date cannot be sent to a database');
  const year = date.getUTCFullYear();
  const rest = date.toISOString().replace(/^[+-]?\d+/, '');
  return year > 0 ? `${digits(year)}${rest}` : `${digits(1 - year)}${rest} BC`;
}

function digits(year: number): string {
  return String(year).padStart(4, '0');
}

const STAMP =
  /^(\d{4,})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d(?::?\d\d){0,2})?( BC)?$/;

/**
 * The date that PostgreSQL wrote, to the millisecond, as `pg` gives it: a text without an offset is UTC for
 * `timestamptz`, since the API says all of them in UTC, and local time for `timestamp` and `date`.
 */
export function readDate(text: string, zone: 'utc' | 'local'): Date | number | null {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const match = STAMP.exec(text);
  if (match === null) return null;
  const [, years = '', month, day, hours = 0, minutes = 0, seconds = 0, fraction = '', offset, bc] = match;
  const year = bc === undefined ? Number(years) : 1 - Number(years);
  const milliseconds = Number(fraction.padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  if (zone === 'local' && offset === undefined) {
    date.setFullYear(year, Number(month) - 1, Number(day));
    date.setHours(Number(hours), Number(minutes), Number(seconds), milliseconds);
    return date;
  }
  date.setUTCFullYear(year, Number(month) - 1, Number(day));
  date.setUTCHours(Number(hours), Number(minutes), Number(seconds), milliseconds);
  return new Date(date.getTime() - offsetMilliseconds(offset));
}

function offsetMilliseconds(offset = 'Z'): number {
  const [hours = 0, minutes = 0, seconds = 0] = (offset.slice(1).match(/\d\d/g) ?? []).map(Number);
  return (offset.startsWith('-') ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds) * 1000;
}
