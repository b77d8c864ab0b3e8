import { randomUUID } from 'node:crypto';
import type { Database, ImportNote } from '../../../database/index.ts';
import type { ImportRecords } from './import-record.ts';
import { REJECTED_SHOWN, type RejectedRow, type Staged, stageRecords } from './stage-records.ts';

/** What an import did. */
export interface ImportAnswer {
  /** Its number in the list of imports. */
  readonly import: number;
  readonly imported: number;
  readonly rejected: readonly RejectedRow[];
  readonly rejectedTotal: number;
  readonly ignoredColumns: readonly string[];
}

/** What is noted of an import before its rows are read. */
export type ImportOrigin = Omit<ImportNote, 'rejected'>;

/** A predictor, and the revision of its definition that rows are read by. */
export interface ImportTarget {
  readonly id: number;
  readonly revision: number;
}

/**
 * Makes examples of a file's rows, in the caller's transaction, as rows of the revision that they were read by. `train`
 * lets the import ask for a training.
 * @throws ImportError when the file as a whole cannot be imported: the transaction must not be committed then
 */
export async function importExamples(
  database: Database,
  predictor: ImportTarget,
  records: ImportRecords,
  train: boolean,
  origin: ImportOrigin,
): Promise<ImportAnswer> {
  const importId = randomUUID();
  const staged = await stageRecords(database, importId, records);
  return finishImport(database, predictor, importId, staged, train, origin);
}

/** Makes examples of what is staged under `importId`, in the caller's transaction. */
export async function finishImport(
  database: Database,
  { id, revision }: ImportTarget,
  importId: string,
  { rejected, rejectedTotal, ignoredColumns }: Pick<Staged, 'rejected' | 'rejectedTotal' | 'ignoredColumns'>,
  train: boolean,
  origin: ImportOrigin,
): Promise<ImportAnswer> {
  const note = { ...origin, rejected: rejectedTotal };
  const finished = await database.imports.finish(importId, id, train, revision, note);
  const { imported, tooManyLabels, tooManyLabelsTotal } = finished;
  const reason = 'its label would be one more than the 10,000 different ones that a predictor may have';
  const surplus = tooManyLabels.slice(0, REJECTED_SHOWN).map((line) => ({ line, reason }));
  return {
    import: Number(finished.import),
    imported,
    rejected: [...rejected, ...surplus].sort((a, b) => a.line - b.line).slice(0, REJECTED_SHOWN),
    rejectedTotal: rejectedTotal + tooManyLabelsTotal,
    ignoredColumns,
  };
}
