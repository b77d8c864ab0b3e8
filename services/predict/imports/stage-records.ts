import type { Database, StagedRow } from '../../../database/index.ts';
import type { Inspection } from '../../ml/warnings/inspection.ts';
import type { ImportRecord, ImportRecords } from './import-record.ts';

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
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
 * Reads rows and stages the good ones under `importId`, in the caller's transaction; `inspection` is shown these.
 * @throws ImportError when the rows as a whole cannot be imported: the transaction must not be committed then
 */
export async function stageRecords(
  database: Database,
  importId: string,
  records: ImportRecords,
  inspection?: Inspection,
): Promise<Staged> {
  const rejected: RejectedRow[] = [];
  let rejectedTotal = 0;
  let staged = 0;
  let firstLine: number | null = null;
  let lastLine: number | null = null;
  const batch = new Batch();
  for await (const record of records) {
    if (record.reason === undefined) {
      staged++;
      firstLine ??= record.line;
      lastLine = record.line;
      batch.add(record);
      inspection?.add(record.inputs, record.target);
      if (batch.full) await database.imports.stage(importId, batch.take());
    } else {
      rejectedTotal++;
      if (rejected.length < REJECTED_SHOWN) rejected.push({ line: record.line, reason: record.reason });
    }
  }
  if (!batch.empty) await database.imports.stage(importId, batch.take());
  const { ignoredColumns } = records;
  return { staged, firstLine, lastLine, rejected, rejectedTotal, ignoredColumns };
}

class Batch {
  #rows: StagedRow[] = [];
  #characters = 0;

  get empty(): boolean {
    return this.#rows.length === 0;
  }

  get full(): boolean {
    return this.#rows.length >= BATCH_ROWS || this.#characters >= BATCH_CHARACTERS;
  }

  add({ line, inputs, target }: Extract<ImportRecord, { reason?: undefined }>): void {
    const label = typeof target === 'string' ? target : null;
    const value = typeof target === 'number' ? target : null;
    this.#rows.push({ line, inputs, label, value });
    for (const input of Object.values(inputs))
      if (typeof input === 'string') this.#characters += input.length;
  }

  take(): StagedRow[] {
    const rows = this.#rows;
    this.#rows = [];
    this.#characters = 0;
    return rows;
  }
}
