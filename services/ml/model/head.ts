import { canonicalJson, type Json } from '../canonical-json.ts';
import { learnerNamed } from '../learners/learners.ts';
import { byCodePoint, inputNames, type PredictorDefinition } from '../predictor/definition.ts';
import { parseDefinition } from '../predictor/parse-definition.ts';
import { ModelDocumentError } from './errors.ts';
import { FORMAT, type ModelHead } from './head.schema.ts';
import { validate as fits } from './head.validator.ts';

export function headToText(head: ModelHead): string {
  const json: Json = JSON.parse(JSON.stringify(head));
  return canonicalJson(json);
}

/** @throws ModelDocumentError `newer_format`, `older_format`, `bad_head` */
export function headFromText(text: string): ModelHead {
  const document = parsed(text);
  const format =
    typeof document === 'object' && document !== null && 'format' in document ? document.format : null;
  if (typeof format === 'number' && format > FORMAT) {
    throw new ModelDocumentError(
      'newer_format',
      `the model has format ${format}; this version reads up to ${FORMAT}`,
    );
  }
  if (typeof format === 'number' && format < FORMAT) {
    throw new ModelDocumentError(
      'older_format',
      `the model has format ${format}, of an earlier version; this one reads ${FORMAT}: train it anew`,
    );
  }
  if (!fits(document)) {
    const error = fits.errors?.[0];
    throw new ModelDocumentError(
      'bad_head',
      `the head does not fit: ${error?.instancePath ?? ''} ${error?.message ?? ''}`,
    );
  }
  const head: ModelHead = { ...document, definition: definitionOf(document.definition) };
  requireConsistent(head);
  return head;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelDocumentError('bad_head', 'the head is not JSON', { cause });
  }
}

function definitionOf(document: unknown): PredictorDefinition {
  try {
    return parseDefinition(document);
  } catch (cause) {
    throw new ModelDocumentError('bad_head', 'the head holds no valid definition', { cause });
  }
}

function requireConsistent({ definition, featurizer, recipe, answer }: ModelHead): void {
  const names = inputNames(definition);
  if (names.length !== featurizer.length || names.some((name, i) => name !== featurizer[i]?.name)) {
    throw new ModelDocumentError('bad_head', 'the featurizers are not those of the inputs');
  }
  featurizer.forEach(({ name, facts }) => {
    if (definition.inputs[name]?.type !== facts.kind) {
      throw new ModelDocumentError('bad_head', `input ${JSON.stringify(name)} is read as ${facts.kind}`);
    }
  });
  if (answer.target !== definition.target.type) {
    throw new ModelDocumentError('bad_head', `a ${answer.target} does not fit the target`);
  }
  if (learnerNamed(recipe.learner)[answer.target] === null) {
    throw new ModelDocumentError('bad_head', `${recipe.learner} learns no ${answer.target}`);
  }
  if (answer.target === 'number') return;
  answer.labels.forEach((label, k) => {
    if (k > 0 && byCodePoint(answer.labels[k - 1] ?? '', label) >= 0) {
      throw new ModelDocumentError('bad_head', `label ${JSON.stringify(label)} is not in code-point order`);
    }
  });
}
