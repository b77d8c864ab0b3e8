import { randomUUID } from 'node:crypto';
import type { Database, StagedRow } from '../../../database/index.ts';
import type { ImportRecord, ImportRecords } from './import-record.ts';

/** What an import did. */
export interface ImportAnswer {
  readonly imported: number;
  readonly rejected: readonly RejectedRow[];
  readonly rejectedTotal: number;
  readonly ignoredColumns: readonly string[];
}

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
}

const REJECTED_SHOWN = 100;
const BATCH_ROWS = 1000;
/** Rows may be long, and a batch is held in memory a few times over. */
const BATCH_CHARACTERS = 2_000_000;

/**
 * Makes examples of a file's rows, in the caller's transaction, as rows of the revision that they were read by. `train`
 * lets the import ask for a training.
 * @throws ImportError when the file as a whole cannot be imported: the transaction must not be committed then
 */
export async function importExamples(
  database: Database,
  predictor: { readonly id: number; readonly revision: number },
  records: ImportRecords,
  train: boolean,
): Promise<ImportAnswer> {
  const { id, revision } = predictor;
  const importId = randomUUID();
  const rejected: RejectedRow[] = [];
  let rejectedTotal = 0;
  const batch = new Batch();
  for await (const record of records) {
    if (record.reason === undefined) {
      batch.add(record);
      if (batch.full) await database.imports.stage(importId, batch.take());
    } else {
      rejectedTotal++;
      if (rejected.length < REJECTED_SHOWN) rejected.push({ line: record.line, reason: record.reason });
    }
  }
  if (!batch.empty) await database.imports.stage(importId, batch.take());
  const { imported, tooManyLabels, tooManyLabelsTotal } = await database.imports.finish(
    importId,
    id,
    train,
    revision,
  );
  const reason = 'its label would be one more than the 10,000 different ones that a predictor may have';
  const surplus = tooManyLabels.slice(0, REJECTED_SHOWN).map((line) => ({ line, reason }));
  return {
    imported,
    rejected: [...rejected, ...surplus].sort((a, b) => a.line - b.line).slice(0, REJECTED_SHOWN),
    rejectedTotal: rejectedTotal + tooManyLabelsTotal,
    ignoredColumns: records.ignoredColumns,
  };
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
