import { readModel } from '../ml/model/read.ts';
import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import { signature } from '../ml/predictor/definition.ts';
import { parseDefinition } from '../ml/predictor/parse-definition.ts';
import { compileRow } from '../ml/predictor/row-reader.ts';
import {
  BadObjectError,
  getArtifact,
  modelKey,
  type ObjectStore,
  type Pointer,
} from '../model-store/index.ts';
import { recentAnswers } from './recent-answers.ts';
import type { Serving, ServingModel } from './serving.ts';

/**
 * Makes what a pointer says ready to answer. What `before` has already is not fetched again.
 *
 * @throws BadObjectError when definition or model cannot be used; ModelStoreError when the store is away
 */
export async function loadServing(
  store: ObjectStore,
  pointer: Pointer,
  before: Serving | undefined,
): Promise<Serving> {
  const { id, name, revision, change } = pointer;
  const same = before !== undefined && before.revision === revision && before.id === id;
  const definition = same ? before.definition : definitionOf(pointer);
  return {
    id,
    name,
    revision,
    change,
    definition,
    reader: same ? before.reader : compileRow(definition),
    champion: await loadModel(store, pointer, definition, before?.champion ?? null),
    recent: recentAnswers(definition),
  };
}

function definitionOf({ name, definition }: Pointer): PredictorDefinition {
  try {
    return parseDefinition(definition, name);
  } catch (cause) {
    throw new BadObjectError(`The pointer of ${name} holds a definition that cannot be read.`, { cause });
  }
}

async function loadModel(
  store: ObjectStore,
  { name, champion }: Pointer,
  definition: PredictorDefinition,
  before: ServingModel | null,
): Promise<ServingModel | null> {
  if (champion === null) return null;
  const { model: version, key, sha256 } = champion;
  const kept = before?.version === version && before.sha256 === sha256 ? before : null;
  if (kept === null && key !== modelKey(name, version, sha256)) {
    throw new BadObjectError(`${key} is not where model ${version} of ${name} lies.`);
  }
  const model = kept?.model ?? readBytes(key, await getArtifact(store, champion));
  // Its hash says that it is the model that was named, not that it is one of this predictor.
  const { definition: own } = model.head;
  if (own.name !== name) throw new BadObjectError(`${key} is a model of ${own.name}, not of ${name}.`);
  if (signature(own) !== signature(definition)) {
    throw new BadObjectError(`${key} was made for other inputs or another target than ${name} has.`);
  }
  return kept ?? { version, sha256, model };
}

function readBytes(key: string, bytes: Uint8Array): ServingModel['model'] {
  try {
    return readModel(bytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadObjectError(`${key} cannot be read: ${why}.`, { cause });
  }
}
