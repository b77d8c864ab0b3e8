import { createHash } from 'node:crypto';
import type { Database, JsonObject } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import type { RowFileReader } from '../../rows/readers.ts';
import { RowFileError } from '../../rows/row-file.error.ts';
import { finishImport, type ImportAnswer, type ImportOrigin, type ImportTarget } from './import-examples.ts';
import { inspectStaged } from './inspected.ts';
import type { PartPlace } from './part-place.ts';
import { stageRecords } from './stage-records.ts';

/** A part may be so long, in bytes: AWS Lambda takes 6 MB with all that stands around it. */
export const PART_LIMIT = 4_194_304;

/** At most so many ranges of missing parts are named; the rest is told when these have come. */
const RANGES = 100;

/** A part that is to be staged: where it belongs, its bytes, and how they are read. */
export interface Part {
  readonly place: PartPlace & { readonly part: number };
  readonly body: Uint8Array;
  readonly read: RowFileReader;
}

/**
 * Stages the rows of a part, in a transaction of its own. The same part again is answered as before; a part with another
 * body, or after a change of the definition, takes the place of the earlier one.
 * @throws RowFileError when the part cannot be read: nothing of it is staged then
 */
export async function stagePart(
  database: Database,
  { id: predictorId, revision, definition }: ImportTarget,
  { place, body, read }: Part,
): Promise<{ response: object; replayed: boolean }> {
  const { part, before, name } = place;
  const fingerprint = `${createHash('sha256').update(body).digest('hex')} ${before}`;
  return database.transaction(async (transaction) => {
    const whole = { predictorId, revision, name };
    const { staging, earlier } = await transaction.importParts.begin(whole, part, fingerprint);
    if (earlier !== null) return { response: earlier, replayed: true };
    const records = read(oneChunk(body), definition, { before, part: true });
    const { firstLine, lastLine, staged, ...rows } = await stageRecords(transaction, staging, records);
    const answer = { part, staged, ...rows };
    const counts = { part, fingerprint, revision, staged, firstLine, lastLine };
    await transaction.importParts.keep(staging, { ...counts, answer });
    return { response: answer, replayed: false };
  });
}

/**
 * Makes examples of all parts, in the caller's transaction.
 * @throws Problem `import_incomplete`, naming the parts that have to be sent
 */
export async function closeParts(
  transaction: Database,
  predictor: ImportTarget,
  { name, parts }: PartPlace,
  train: boolean,
  origin: ImportOrigin,
): Promise<ImportAnswer> {
  const whole = { predictorId: predictor.id, revision: predictor.revision, name };
  const { staging, missing, ...rows } = await transaction.importParts.close(whole, parts);
  if (staging === null || missing.length > 0) throw incomplete(missing, parts);
  const inspection = await inspectStaged(transaction, staging, predictor.definition);
  const answer = await finishImport(transaction, predictor, staging, { ...rows, inspection }, train, origin);
  await transaction.importParts.forget(staging);
  return answer;
}

/** The answer to a part of an import that was finished before: it is not needed any more. */
export function notNeeded(part: number): JsonObject {
  return { part, staged: 0, rejected: [], rejectedTotal: 0, ignoredColumns: [] };
}

/** A JSON array's faults name lines of the part: where it stood in its file, the part does not tell. */
export function ofPart(error: unknown, part: number): unknown {
  if (!(error instanceof RowFileError) || error.code !== 'body_not_json') return error;
  return new RowFileError(error.code, `${error.message} The line is one of part ${part}.`, error.errors);
}

function incomplete(missing: readonly number[], parts: number): Problem {
  const errors = rangesOf(missing)
    .slice(0, RANGES)
    .map((field) => ({ field, message: 'is missing: send it, and close the import again' }));
  const detail = `${missing.length} of ${parts} parts are missing, or were read by an earlier definition: see errors.`;
  return new Problem('import_incomplete', detail, { errors });
}

/** `[1, 2, 3, 7]` as `1-3` and `7`. */
function rangesOf(numbers: readonly number[]): string[] {
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
}

async function* oneChunk(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}
