import type { CodeForm } from './apart.ts';

const { abs } = Math;

/** The ends of what number types hold. */
const BOUNDS = new Set([
  ...[
    32_767,
    32_768,
    65_535,
    2_147_483_647,
    2_147_483_648,
    4_294_967_295,
    9_007_199_254_740_991,
    2 ** 63,
    2 ** 64,
  ],
  3.402823466e38,
  3.4028234663852886e38,
]);
const NINES = /^9+(\.9+)?$/;
const SAME_DIGIT = /^(7{3,}|8{3,}|9{2,})(\.\d+)?$/;
const ROUND = /^[1-9]0*$/;

/** Of what form a number is that people and programs write where there is none: -1, -200, 99, 999.9, 1000000000. */
export function codeForm(value: number): CodeForm | null {
  const digits = String(abs(value));
  if (BOUNDS.has(abs(value))) return 'bound';
  if (value < 0 && (ROUND.test(digits) || SAME_DIGIT.test(digits))) return 'negative';
  if (NINES.test(digits) && digits.length > 1) return 'bound';
  return SAME_DIGIT.test(digits) || (ROUND.test(digits) && digits.length > 3) || /e\+/.test(digits)
    ? 'round'
    : null;
}

/** Days where calendars and programs begin or end. */
const BOUNDARY_DAYS = new Map(
  [
    ...[
      '0001-01-01',
      '0001-01-03',
      '1000-01-01',
      '1582-10-15',
      '1600-12-31',
      '1601-01-01',
      '1753-01-01',
      '1800-01-01',
    ],
    ...[
      '1858-11-17',
      '1899-12-30',
      '1899-12-31',
      '1900-01-01',
      '1900-01-02',
      '1901-01-01',
      '1904-01-01',
      '1970-01-01',
      '1980-01-01',
    ],
    ...[
      '2038-01-19',
      '2050-12-31',
      '2079-06-06',
      '2099-12-31',
      '2100-01-01',
      '2199-12-31',
      '2999-12-31',
      '3000-01-01',
      '9999-12-31',
      '9999-12-30',
      '9999-01-01',
    ],
  ].map((day) => [Date.parse(day) / 86_400_000, day]),
);

/** The same of a date, in days since 1970. */
export function dateCodeForm(days: number): CodeForm | null {
  return BOUNDARY_DAYS.has(Math.floor(days)) ? 'bound' : null;
}

/** Days since 1970 as a date. */
export function dateText(days: number): string {
  return new Date(days * 86_400_000).toISOString().replace(/T00:00:00\.000Z$/, '');
}
