import { setImmediate } from 'node:timers/promises';
import type { StagedRow } from '../../../database/index.ts';
import type { Row } from '../../ml/predictor/definition.ts';
import type { Inspection } from '../../ml/warnings/inspection.ts';
import { type FileRow, type FileRows, rejected } from '../../rows/file-row.ts';
import { STORED_LIMIT, storedSize, surelyFits } from '../answers/stored-size.ts';

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
}

/** Where rows are put aside, a batch at a time. */
export interface Staging {
  readonly imports: { stage(importId: string, rows: readonly StagedRow[]): Promise<void> };
}

/** What became of a file's rows, or of a part's: so many are staged, from one line to another. */
export interface Staged {
  readonly staged: number;
  readonly firstLine: number | null;
  readonly lastLine: number | null;
  readonly rejected: readonly RejectedRow[];
  readonly rejectedTotal: number;
  readonly ignoredColumns: readonly string[];
}

/** At most so many rejected rows are named. */
export const REJECTED_SHOWN = 100;
const BATCH_ROWS = 1000;
/** Rows may be long, and a batch is held in memory a few times over. */
const BATCH_CHARACTERS = 2_000_000;

/**
 * Reads rows and stages the good ones under `importId`, in the caller's transaction; `inspection` is shown these. While the
 * database stores some, the next ones are read.
 * @throws RowFileError when the rows as a whole cannot be imported: the transaction must not be committed then
 */
export async function stageRecords(
  database: Staging,
  importId: string,
  records: FileRows,
  inspection?: Inspection,
): Promise<Staged> {
  const refused: RejectedRow[] = [];
  let rejectedTotal = 0;
  let staged = 0;
  let firstLine: number | null = null;
  let lastLine: number | null = null;
  const batch = new Batch();
  let storing: Promise<void> = Promise.resolve();
  const put = async () => {
    const rows = batch.take();
    await storing;
    storing = database.imports.stage(importId, rows);
    // It is awaited, but later: until then its failure is not to be taken for one that nobody minds.
    storing.catch(() => undefined);
    // Once round, so that the rows are on their way.
    await setImmediate();
    if (inspection !== undefined) look(rows, inspection);
  };
  try {
    for await (const record of records) {
      const row = record.reason === undefined ? storable(record) : record;
      if (row.reason === undefined) {
        staged++;
        firstLine ??= row.line;
        lastLine = row.line;
        batch.add(row);
        if (batch.full) await put();
      } else {
        rejectedTotal++;
        if (refused.length < REJECTED_SHOWN) refused.push({ line: row.line, reason: row.reason });
      }
    }
    if (!batch.empty) await put();
  } finally {
    // Nobody ends the transaction while a statement of it runs; and where both fail, the database has failed first.
    await storing;
  }
  const { ignoredColumns } = records;
  return { staged, firstLine, lastLine, rejected: refused, rejectedTotal, ignoredColumns };
}

/** The row, or the reason why it is none where it is larger than can be stored. */
function storable(row: GoodRow): FileRow {
  if (surelyFits(row.inputs, row.target)) return row;
  const size = storedSize(row.inputs, row.target);
  if (size <= STORED_LIMIT) return row;
  return rejected(row.line, `takes ${size} bytes, and ${STORED_LIMIT} can be stored: shorten its texts`);
}

type GoodRow = Extract<FileRow, { reason?: undefined }>;

function look(rows: readonly TypedRow[], inspection: Inspection): void {
  for (const { inputs, label, value } of rows) inspection.add(inputs, label ?? value ?? '');
}

interface TypedRow extends StagedRow {
  readonly inputs: Row;
}

class Batch {
  #rows: TypedRow[] = [];
  #characters = 0;

  get empty(): boolean {
    return this.#rows.length === 0;
  }

  get full(): boolean {
    return this.#rows.length >= BATCH_ROWS || this.#characters >= BATCH_CHARACTERS;
  }

  add({ line, inputs, target }: GoodRow): void {
    const label = typeof target === 'string' ? target : null;
    const value = typeof target === 'number' ? target : null;
    this.#rows.push({ line, inputs, label, value });
    for (const name in inputs) {
      const input = inputs[name];
      if (typeof input === 'string') this.#characters += input.length;
    }
  }

  take(): TypedRow[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#characters = 0;
    return rows;
  }
}
