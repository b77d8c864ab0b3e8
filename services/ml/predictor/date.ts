const DATE = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/i;

/**
 * Is the text a date that exists: ISO 8601 `YYYY-MM-DD`, or an RFC 3339 date-time with its offset
 * (`2026-02-28T12:30:00Z`)? Every such text is also read by `Date.parse`, which by itself would take 30 February for
 * 1 March. Leap seconds (`:60`) have no number in JavaScript and are refused.
 */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const part = (from: number, to?: number) => Number(text.slice(from, to));
  const month = part(5, 7);
  const day = part(8, 10);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(part(0, 4), month)) return false;
  if (text.length === 10) return true;
  if (part(11, 13) > 23 || part(14, 16) > 59 || part(17, 19) > 59) return false;
  const zulu = /z$/i.test(text);
  return zulu || (part(-5, -3) <= 23 && part(-2) <= 59);
}

/** Days of a month (1–12) in the proleptic Gregorian calendar. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
