import type { Database, JsonObject } from '../../../database/index.ts';
import { PredictorSchema } from '../../api/schemas/predictor.schema.ts';
import { definitionWarnings, parseDefinition } from '../../ml/predictor/parse-definition.ts';
import type { Warning } from '../../ml/warning.ts';
import { inOrder } from './in-order.ts';
import { isName, unknownPredictor } from './serving-predictor.ts';
import { unfitWarnings } from './unfit-examples.ts';

/** A predictor as the API shows it, with what a person should think about: of its definition, then of its rows. */
export function shownPredictor(described: JsonObject, warnings: readonly Warning[] = []): object {
  const own = definitionWarnings(parseDefinition(described.definition));
  const ofRows = Array.isArray(described.warnings) ? described.warnings : [];
  return inOrder(PredictorSchema, {
    ...described,
    warnings: [...warnings, ...unfitWarnings(described), ...own, ...ofRows],
  });
}

/** @throws Problem `predictor_unknown` */
export async function describedPredictor(database: Database, name: string): Promise<JsonObject> {
  const described = isName(name) ? await database.predictors.describe(name) : null;
  if (described === null) throw unknownPredictor(name);
  return described;
}
