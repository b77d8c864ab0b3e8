import type { Database, JsonObject } from '../../../database/index.ts';
import { definitionWarnings, parseDefinition } from '../../ml/predictor/parse-definition.ts';
import { isName, unknownPredictor } from '../serving-predictor.ts';

/** A predictor as the API shows it, with what a person should think about. */
export function shownPredictor(described: JsonObject, warnings: readonly string[] = []): object {
  const own = definitionWarnings(parseDefinition(described.definition));
  // PostgreSQL orders keys by length; a reader looks for the name first.
  const { name, revision, definition, counter, examples, predictions, champion, ...rest } = described;
  const first = { name, revision, definition, counter, examples, predictions, champion };
  return { ...first, ...rest, warnings: [...warnings, ...own] };
}

/** @throws Problem `predictor_unknown` */
export async function describedPredictor(database: Database, name: string): Promise<JsonObject> {
  const described = isName(name) ? await database.predictors.describe(name) : null;
  if (described === null) throw unknownPredictor(name);
  return described;
}
