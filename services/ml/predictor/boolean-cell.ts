const BOOLEANS = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1', '1.0'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0', '0.0'].map((word) => [word, false] as const),
]);

/**
 * A cell's boolean, or undefined: true/false, yes/no, t/f, y/n, on/off (as PostgreSQL and people write them), 1/0, or
 * 1.0/0.0 (as pandas writes a column with gaps), in any case, blanks around them forgiven.
 */
export function readBoolean(cell: string): boolean | undefined {
  return BOOLEANS.get(cell.trim().toLowerCase());
}
