import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { type CellReader, compileCells } from '../../services/ml/predictor/cell-reader.ts';
import type { PredictorDefinition, Row } from '../../services/ml/predictor/definition.ts';
import { readDefinition } from '../../services/ml/predictor/parse-definition.ts';

export const FOLDERS = ['services', 'support-tickets', 'house-prices'] as const;
export type Folder = (typeof FOLDERS)[number];

/** A row as an import reads it, with every reason for which the import would refuse it. */
export interface ReadRow {
  readonly line: number;
  readonly inputs: Row;
  readonly target: string | number | undefined;
  readonly faults: readonly string[];
}

/** The text of a file under examples/. */
export function textOf(path: string): string {
  return readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');
}

export function definitionOf(folder: Folder): PredictorDefinition {
  return readDefinition(textOf(`${folder}/predictor.json`), folder);
}

/** Every line of a CSV file as its cells, the header first. A line of another width is kept as it is. */
export function cellsOf(path: string): string[][] {
  return parse(textOf(path), { relaxColumnCount: true });
}

/** The rows of a CSV file, each cell read as the predictor's definition says. */
export function rowsOf(folder: Folder, file = 'rows.csv'): ReadRow[] {
  const reader = compileCells(definitionOf(folder));
  const [header = [], ...lines] = cellsOf(`${folder}/${file}`);
  return lines.map((cells, index) => readRow(reader, header, cells, index + 2));
}

function readRow(reader: CellReader, header: string[], cells: string[], line: number): ReadRow {
  const cell = (name: string) => cells[header.indexOf(name)] ?? '';
  const readings = reader.inputs.map(({ name, read }) => ({ name, ...read(cell(name)) }));
  const target = reader.target.read(cell(reader.target.name));
  return {
    line,
    inputs: Object.fromEntries(readings.map(({ name, value }) => [name, value ?? null])),
    target: target.target,
    faults: [...readings, { name: reader.target.name, reason: target.reason }].flatMap(({ name, reason }) =>
      reason === undefined ? [] : [`${name} ${reason}`],
    ),
  };
}

/** How many rows each value of a column has. */
export function countBy<T>(rows: readonly ReadRow[], value: (row: ReadRow) => T): Map<T, number> {
  const counts = new Map<T, number>();
  for (const row of rows) counts.set(value(row), (counts.get(value(row)) ?? 0) + 1);
  return counts;
}
