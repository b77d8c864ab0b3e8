import { asObject, at } from '../api/json.ts';

/** Turns examples into the text of a file that `import` takes. */
export interface RowWriter {
  /** What stands before the first row. */
  readonly head: string;
  row(example: unknown): string;
}

/** The columns of a predictor: its inputs in the definition's order, and its target. */
export interface Columns {
  readonly inputs: readonly string[];
  readonly target: string;
  /** What a file's columns are named where they are named otherwise, by input or target. JSON has the names themselves. */
  readonly headings?: Readonly<Record<string, string>>;
  /** Inputs whose declared form of dates reads `2026-03-04` as the third of April. */
  readonly dayFirst?: ReadonlySet<string>;
  /** With what a row is erased by, in columns of their own before the others: `import` leaves them out. */
  readonly ids: boolean;
}

export function csvRows({ inputs, target, ids, headings = {}, dayFirst = NONE }: Columns): RowWriter {
  const headed = [...inputs, target].map(
    (name) => (Object.hasOwn(headings, name) ? headings[name] : name) ?? name,
  );
  const named = ids ? IDS.map(({ of }) => of) : [];
  return {
    head: csvLine([...(ids ? idNames(headed) : []), ...headed]),
    row: (example) =>
      csvLine([
        ...named.map((of) => at(example, of)),
        ...inputs.map((name) => written(at(example, 'inputs', name), dayFirst.has(name))),
        targetOf(example),
      ]),
  };
}

/** Faithful where CSV is not: an empty text stays one, and does not become missing. */
export function ndjsonRows({ inputs, target, ids, dayFirst = NONE }: Columns): RowWriter {
  const names = ids ? idNames([...inputs, target]) : [];
  return {
    head: '',
    row: (example) => {
      const named = names.map((name, place) => [name, at(example, IDS[place]?.of ?? '') ?? null]);
      const given = Object.entries(asObject(at(example, 'inputs')) ?? {}).map(([name, value]) => [
        name,
        written(value, dayFirst.has(name)),
      ]);
      const row = { ...Object.fromEntries(given), [target]: targetOf(example) };
      return `${JSON.stringify({ ...Object.fromEntries(named), ...row })}\n`;
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

/** A date with its day before its month where `import` would read it so; any other value as it is. */
function written(value: unknown, isDayFirst: boolean): unknown {
  return isDayFirst && typeof value === 'string'
    ? value.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$1-$3-$2')
    : value;
}

const IDS = [
  { name: 'example_id', of: 'id' },
  { name: 'prediction_id', of: 'prediction' },
] as const;

/** Names of their columns that no input has. */
function idNames(taken: readonly string[]): string[] {
  return IDS.map(({ name }) => {
    let free: string = name;
    while (taken.includes(free)) free = `_${free}`;
    return free;
  });
}

function targetOf(example: unknown): unknown {
  return at(example, 'label') ?? at(example, 'value') ?? null;
}

/** One CSV line (RFC 4180), ended by a line feed. Missing values are empty cells, as imports read them. */
function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/** Quoted where a reader could split, trim or drop something of it. */
function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[",\r\n\ufeff]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
