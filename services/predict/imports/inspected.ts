import type { Database } from '../../../database/index.ts';
import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import { compileRow } from '../../ml/predictor/row-reader.ts';
import type { Warning } from '../../ml/warning.ts';
import { Inspection } from '../../ml/warnings/inspection.ts';
import { rowsText, valueText } from '../../ml/warnings/wording.ts';

/** So many rows are looked at, and so much text of them: the call that closes an import has no more time. A training looks at all. */
const ROWS = 50_000;
const CHARACTERS = 16_000_000;
/** Fewer rows may well come again as they are. */
const TELLING_ROWS = 20;
/** With more labels, those that the predictor knows are read at once. */
const FEW_LABELS = 100;

/** Looks at rows that came in parts. */
export async function inspectStaged(
  { imports }: Pick<Database, 'imports'>,
  staging: string,
  definition: PredictorDefinition,
): Promise<Inspection> {
  const inspection = new Inspection(definition);
  const reader = compileRow(definition);
  let rows = 0;
  let characters = 0;
  for await (const page of imports.staged(staging)) {
    for (const { inputs, label, value } of page) {
      const { row } = reader.read(inputs);
      const target = label ?? value;
      if (row !== undefined && target !== null) inspection.add(row, target);
      rows++;
      characters += JSON.stringify(inputs).length;
    }
    if (rows >= ROWS || characters >= CHARACTERS) break;
  }
  return inspection;
}

/** What is to be told of an import's rows, before they become examples. */
export async function warningsOf(
  inspection: Inspection,
  { warnings }: Pick<Database, 'warnings'>,
  predictorId: number,
): Promise<Warning[]> {
  const { labels } = inspection;
  if (labels.length === 0) return inspection.warnings();
  const known = labels.length <= FEW_LABELS ? await warnings.knownAmong(predictorId, labels) : [];
  const areKnown = known.length === labels.length;
  return inspection.warnings(new Set(areKnown ? known : await warnings.knownLabels(predictorId)));
}

/**
 * What is to be told where another import brought the same rows, be its file parted or packed otherwise. Told of all rows
 * alone: that some come again is what many do, and the next training tells where it is strange.
 */
export async function importedBefore(
  inspection: Inspection,
  { imports }: Pick<Database, 'imports'>,
  { id, imported }: { readonly id: string; readonly imported: number },
): Promise<Warning[]> {
  const { rows, content } = inspection;
  // Of parts not all rows were looked at, or some were left out since.
  if (rows !== imported || rows < TELLING_ROWS) return [];
  const before = await imports.noteContent(id, content);
  if (before === null) return [];
  const file = before.file === null ? '' : ` (${valueText(before.file)})`;
  return [
    {
      code: 'imported_before',
      detail: `All ${rowsText(rows)} are equal to those of import ${before.import}${file}, inputs and target: was the same file imported in another form? Undo one of the two, unless the rows did come twice.`,
      columns: [],
      rows,
    },
  ];
}
