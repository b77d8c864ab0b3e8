import type { Paint } from './paint.ts';
import type { Writer } from './terminal.ts';

/** One column: its heading, and whether its cells stand at the right, as numbers do. */
export interface Column {
  readonly heading: string;
  readonly right?: boolean;
}

const GAP = '  ';

/**
 * Rows under headings, each column as wide as its widest cell. On a screen that is too narrow the last column is
 * cut; in a file nothing is ever cut.
 */
export function table(
  writer: Writer,
  paint: Paint,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map((column, i) =>
    Math.max(width(column.heading), ...rows.map((row) => width(row[i] ?? ''))),
  );
  const line = (cells: readonly string[]): string => {
    const text = cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.right === true))
      .join(GAP)
      .trimEnd();
    return writer.isTTY ? cut(text, writer.columns) : text;
  };
  const heading = paint('dim', line(columns.map((column) => column.heading)));
  return `${[heading, ...rows.map(line)].join('\n')}\n`;
}

/** Names at the left, what they name at the right: the details of one thing. */
export function details(pairs: readonly (readonly [string, string])[], paint: Paint): string {
  const widest = Math.max(...pairs.map(([name]) => width(name)));
  return pairs.map(([name, value]) => `${paint('dim', pad(name, widest, false))}${GAP}${value}\n`).join('');
}

function pad(cell: string, size: number, right: boolean): string {
  const space = ' '.repeat(Math.max(0, size - width(cell)));
  return right ? space + cell : cell + space;
}

function width(text: string): number {
  return [...text].length;
}

function cut(text: string, columns: number): string {
  const characters = [...text];
  return characters.length <= columns ? text : `${characters.slice(0, Math.max(1, columns - 1)).join('')}…`;
}
