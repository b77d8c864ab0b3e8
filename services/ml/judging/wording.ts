/**
 * Writes two numbers with as few decimals as tell them apart (`least` at the least): a reader must never see
 * "0.412 is worse than 0.412".
 */
export function apart(a: number, b: number, least: number): [string, string] {
  for (let decimals = least; decimals < 12; decimals++) {
    const pair: [string, string] = [a.toFixed(decimals), b.toFixed(decimals)];
    if (pair[0] !== pair[1] || a === b) return [trimmed(pair[0], least), trimmed(pair[1], least)];
  }
  return [String(a), String(b)];
}

/** "1 point", "0.4 points": a share of the rows in percentage points. */
export function points(written: string): string {
  return written === '1' ? '1 point' : `${written} points`;
}

function trimmed(written: string, least: number): string {
  if (least > 1) return written;
  return written.replace(/\.0+$/, '');
}

/** Two amounts with four significant digits, more where they would look the same. */
export function amounts(a: number, b: number): [string, string] {
  for (let digits = 4; digits < 16; digits++) {
    const pair: [string, string] = [
      String(Number(a.toPrecision(digits))),
      String(Number(b.toPrecision(digits))),
    ];
    if (pair[0] !== pair[1] || a === b) return pair;
  }
  return [String(a), String(b)];
}
