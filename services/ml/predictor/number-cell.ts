const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A cell's number, or undefined: decimal digits with an optional sign, point and exponent, blanks around them
 * forgiven. `NaN`, `Infinity`, `0x10`, `1,5` and `1 000` are no numbers, nor is one beyond 1.8e308.
 */
export function readNumber(cell: string): number | undefined {
  const text = cell.trim();
  if (!DECIMAL.test(text)) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  return number === 0 ? 0 : number;
}
