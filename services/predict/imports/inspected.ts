import type { Database } from '../../../database/index.ts';
import type { PredictorDefinition } from '../../ml/predictor/definition.ts';
import { compileRow } from '../../ml/predictor/row-reader.ts';
import { Inspection } from '../../ml/warnings/inspection.ts';
import type { Warning } from '../../ml/warnings/warning.ts';

/** So many rows are looked at, and so much text of them: the call that closes an import has no more time. A training looks at all. */
const ROWS = 50_000;
const CHARACTERS = 16_000_000;
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
