import type { Warning } from '../warning.ts';
import { compileDateForm, DateFormError } from './date-form.ts';
import { columnErrors } from './definition.columns.ts';
import { DefinitionError, type FieldError } from './definition.error.ts';
import { definitionMessage } from './definition.message.ts';
import { withCleanNames } from './definition.names.ts';
import type { DefinitionDocument } from './definition.schema.ts';
import { type PredictorDefinition, withDefaults } from './definition.ts';
import { validate as fits } from './definition.validator.ts';
import { findDuplicateKeys } from './duplicate-keys.ts';
import { fieldPath } from './field-path.ts';
import { shown } from './shown.ts';

/** In seconds. */
const DAY = 86_400;

/**
 * Reads a parsed `predictor.json`, filling in every default.
 * @param urlName the name in the URL that the document came to, which must be its own
 * @throws DefinitionError naming every key that does not fit
 */
export function parseDefinition(document: unknown, urlName?: string): PredictorDefinition {
  return checked(document, urlName, []);
}

/**
 * The same from the text of a file, where two keys of one name can still be seen. Names are taken in their clean spelling;
 * those of a definition that was stored before stay as they are, since its rows and models have them.
 * @throws SyntaxError when the text is not JSON
 * @throws DefinitionError naming every key that does not fit
 */
export function readDefinition(text: string, urlName?: string): PredictorDefinition {
  const { document, errors } = withCleanNames(JSON.parse(text));
  const doubled = findDuplicateKeys(text).map((field) => ({
    field,
    message: 'stands there twice: keep one of the two',
  }));
  return checked(document, urlName, [...doubled, ...errors]);
}

/** What a definition allows but a person should think about first. */
export function definitionWarnings(definition: PredictorDefinition): Warning[] {
  const warnings: Warning[] = [];
  if (definition.learnFrom.includes('predicted')) {
    warnings.push({
      code: 'learns_from_guesses',
      detail:
        'learnFrom holds "predicted": the model will learn from its own guesses, which makes it surer of its mistakes. ' +
        'They never judge a challenger.',
      columns: [],
      rows: 0,
    });
  }
  const { minInterval, maxPerDay } = definition.retraining;
  if (minInterval !== undefined && maxPerDay !== undefined && maxPerDay > Math.ceil(DAY / minInterval)) {
    warnings.push({
      code: 'pacing_without_effect',
      detail: `retraining.maxPerDay holds nothing back: with ${minInterval} seconds between two trainings a day has ${Math.ceil(DAY / minInterval)} at most.`,
      columns: [],
      rows: 0,
    });
  }
  return warnings;
}

function checked(
  document: unknown,
  urlName: string | undefined,
  found: readonly FieldError[],
): PredictorDefinition {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new DefinitionError([
      { field: '', message: `must be a JSON object such as {"name": …}; ${shown(document)} was sent` },
    ]);
  }
  const valid = fits(document);
  const errors = [
    ...found,
    ...(fits.errors ?? []).flatMap((error) => definitionMessage(error, document) ?? []),
    ...nameErrors(document, urlName),
    ...targetErrors(document),
  ];
  if (valid) errors.push(...columnErrors(document), ...formatErrors(document));
  if (!valid || errors.length > 0) throw new DefinitionError(withoutRepeats(errors));
  return withDefaults(document);
}

function nameErrors(document: { name?: unknown }, urlName: string | undefined): FieldError[] {
  const { name } = document;
  if (urlName === undefined || typeof name !== 'string' || name === urlName) return [];
  return [
    { field: 'name', message: `must be ${JSON.stringify(urlName)} as in the URL; ${shown(name)} was sent` },
  ];
}

/** The target may not be an input too: the answer would stand in the question. */
function targetErrors(document: { inputs?: unknown; target?: unknown }): FieldError[] {
  const { inputs, target } = document;
  if (typeof inputs !== 'object' || inputs === null || typeof target !== 'object' || target === null)
    return [];
  const name: unknown = 'name' in target ? target.name : undefined;
  if (typeof name !== 'string' || !Object.hasOwn(inputs, name)) return [];
  return [
    { field: 'target.name', message: `is an input too: take ${JSON.stringify(name)} out of the inputs` },
  ];
}

function formatErrors({ inputs }: DefinitionDocument): FieldError[] {
  return Object.entries(inputs).flatMap(([name, input]) => {
    if (input.type !== 'date' || input.format === undefined) return [];
    try {
      compileDateForm(input.format);
      return [];
    } catch (error) {
      if (!(error instanceof DateFormError)) throw error;
      return [{ field: fieldPath(['inputs', name, 'format']), message: error.message }];
    }
  });
}

/** One message for each field and fault. */
function withoutRepeats(errors: readonly FieldError[]): FieldError[] {
  const seen = new Map(errors.map((error) => [`${error.field}\n${error.message}`, error]));
  return [...seen.values()];
}
