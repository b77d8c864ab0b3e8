const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A number this far from zero is taken, and none further: of a billion of them the squares still add up, as do those of
 * their differences. Nothing that is measured comes near it.
 */
export const LARGEST = 1e149;

/**
 * A cell's number, or undefined: decimal digits with an optional sign, point and exponent, blanks around them
 * forgiven. `NaN`, `Infinity`, `0x10`, `1,5` and `1 000` are no numbers, nor is one beyond 1.8e308.
 */
export function readNumber(cell: string): number | undefined {
  return readDigits(cell) ?? readDecimal(cell);
}

/** As many digits as a number keeps, whatever they are. */
const DIGITS = 15;

/** The number of a cell that holds digits and nothing else, as most do. */
function readDigits(cell: string): number | undefined {
  const { length } = cell;
  if (length === 0 || length > DIGITS) return undefined;
  let number = 0;
  for (let i = 0; i < length; i++) {
    const digit = cell.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    number = 10 * number + digit;
  }
  return number;
}

function readDecimal(cell: string): number | undefined {
  const text = cell.trim();
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  return number + 0; // -0 is 0: PostgreSQL stores no other
}

/** What is wrong with a finite number, or undefined. */
export function numberFault(number: number): string | undefined {
  if (number <= LARGEST && number >= -LARGEST) return undefined;
  return `must be between -1e149 and 1e149; the number ${number} was sent`;
}

/** The same of a cell that was read as `number`. Two ids of twenty digits would become one number in silence. */
export function numberCellFault(cell: string, number: number): string | undefined {
  return losesDigits(cell, number)
    ? `has more digits than a number keeps: round it, or have a category in its place; ${cell.trim()} was sent`
    : numberFault(number);
}

/** Does a whole number have other digits as it is kept than it has in a cell, or in JSON? */
export function losesDigits(cell: string, number: number): boolean {
  if (cell.length < 16) return false;
  const digits = /^\s*[+-]?0*(\d{16,40})(?:\.0*)?\s*$/.exec(cell)?.[1];
  if (digits === undefined) return false;
  const kept = Math.abs(number);
  // An export writes such numbers as JavaScript does: the digits that matter, and zeros.
  return BigInt(digits) !== BigInt(kept) && digits !== String(kept);
}
