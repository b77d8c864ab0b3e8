import { randomUUID } from 'node:crypto';
import type { Database, ImportNote } from '../../../database/index.ts';
import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import type { Warning } from '../../ml/warning.ts';
import { Inspection } from '../../ml/warnings/inspection.ts';
import type { FileRows } from '../../rows/file-row.ts';
import { importedBefore, warningsOf } from './inspected.ts';
import { REJECTED_SHOWN, type RejectedRow, type Staged, stageRecords } from './stage-records.ts';

/** What an import did. */
export interface ImportAnswer {
  /** Its number in the list of imports. */
  readonly import: number;
  readonly imported: number;
  readonly rejected: readonly RejectedRow[];
  readonly rejectedTotal: number;
  readonly ignoredColumns: readonly string[];
  /** What a person should look at in its rows. */
  readonly warnings: readonly Warning[];
}

/** What is noted of an import before its rows are read. */
export type ImportOrigin = Omit<ImportNote, 'rejected'>;

/** A predictor, and the definition that rows are read by, with its revision. */
export interface ImportTarget {
  readonly id: number;
  readonly revision: number;
  readonly definition: PredictorDefinition;
}

/**
 * Makes examples of a file's rows, in the caller's transaction, as rows of the revision that they were read by. `train`
 * lets the import ask for a training.
 * @throws RowFileError when the file as a whole cannot be imported: the transaction must not be committed then
 */
export async function importExamples(
  database: Database,
  predictor: ImportTarget,
  records: FileRows,
  train: boolean,
  origin: ImportOrigin,
): Promise<ImportAnswer> {
  const importId = randomUUID();
  const inspection = new Inspection(predictor.definition);
  const staged = await stageRecords(database, importId, records, inspection);
  return finishImport(database, predictor, importId, { ...staged, inspection }, train, origin);
}

/** What is staged, and was looked at. */
type Inspected = Pick<Staged, 'rejected' | 'rejectedTotal' | 'ignoredColumns'> & {
  readonly inspection: Inspection;
};

/** Makes examples of what is staged under `importId`, in the caller's transaction. */
export async function finishImport(
  database: Database,
  { id, revision }: ImportTarget,
  importId: string,
  { rejected, rejectedTotal, ignoredColumns, inspection }: Inspected,
  train: boolean,
  origin: ImportOrigin,
): Promise<ImportAnswer> {
  const ofRows = await warningsOf(inspection, database, id);
  const note = { ...origin, rejected: rejectedTotal };
  const finished = await database.imports.finish(importId, id, train, revision, note);
  const { imported, tooManyLabels, tooManyLabelsTotal } = finished;
  const about = { id: finished.import, imported };
  const warnings = [...ofRows, ...(await importedBefore(inspection, database, about))];
  if (warnings.length > 0) {
    await database.warnings.noteImport(Number(finished.import), { predictorId: id, revision }, warnings);
  }
  const reason = 'its label would be one more than the 10,000 different ones that a predictor may have';
  const surplus = tooManyLabels.slice(0, REJECTED_SHOWN).map((line) => ({ line, reason }));
  return {
    import: Number(finished.import),
    imported,
    rejected: [...rejected, ...surplus].sort((a, b) => a.line - b.line).slice(0, REJECTED_SHOWN),
    rejectedTotal: rejectedTotal + tooManyLabelsTotal,
    ignoredColumns,
    warnings,
  };
}
