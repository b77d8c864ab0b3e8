import { Cross } from '../featurizers/cross.ts';
import { FeaturizerError, type Tensor } from '../featurizers/featurizer.ts';
import { restoreFeaturizer } from '../featurizers/restore.ts';
import { RowFeaturizer } from '../featurizers/row.ts';
import { LearnerError } from '../learners/errors.ts';
import { labelSide, learnerNamed, numberSide } from '../learners/learners.ts';
import { ModelDocumentError } from './errors.ts';
import type { ModelHead } from './head.schema.ts';
import { headFromText } from './head.ts';
import { labelModel, type Model, numberModel } from './model.ts';
import { decodeSafeTensors } from './safetensors.ts';
import { CROSS, HEAD_KEY } from './write.ts';

/**
 * A model from the bytes that `writeModel` made. Everything is checked before it is used, nothing is executed, and memory
 * stays within a small multiple of the bytes.
 * @throws ModelDocumentError
 */
export function readModel(bytes: Uint8Array): Model {
  const { metadata, tensors } = decodeSafeTensors(bytes);
  const text = Object.hasOwn(metadata, HEAD_KEY) ? metadata[HEAD_KEY] : undefined;
  if (text === undefined) throw new ModelDocumentError('not_a_model', 'the file has no head of ours');
  const head = headFromText(text);
  requireFinite(tensors);
  const known = new Map(Object.entries(tensors));
  try {
    const features = new RowFeaturizer(
      head.featurizer.map(({ name, facts }, i) => ({
        name,
        featurizer: restoreFeaturizer({ facts, tensors: take(known, `input.${i}.`) }),
      })),
      head.recipe.features.cross ? restoreCross(head, known.get(CROSS)) : null,
    );
    return restored(head, features, take(known, 'learner.'));
  } catch (cause) {
    if (cause instanceof FeaturizerError || cause instanceof LearnerError) {
      throw new ModelDocumentError('damaged', cause.message, { cause });
    }
    throw cause;
  }
}

function restoreCross({ definition }: ModelHead, hashes: Tensor | undefined): Cross {
  if (hashes?.dtype === 'F64') return new Cross(definition, hashes.data);
  throw new ModelDocumentError('damaged', 'the combinations of inputs are missing');
}

function restored(head: ModelHead, features: RowFeaturizer, tensors: Record<string, Tensor>): Model {
  const { recipe, width, answer } = head;
  if (width !== features.width) {
    throw new ModelDocumentError(
      'damaged',
      `the learner knows ${width} columns, the featurizers give ${features.width}`,
    );
  }
  learnerNamed(recipe.learner).complete(recipe.settings);
  if (answer.target === 'number') {
    return numberModel(head, answer, features, numberSide(recipe.learner).restore(tensors, width));
  }
  const fitted = labelSide(recipe.learner).restore(tensors, width, answer.labels.length);
  return labelModel(head, answer, features, fitted);
}

/** The tensors under a prefix, by the rest of their name. */
function take(known: Map<string, Tensor>, prefix: string): Record<string, Tensor> {
  const own = [...known].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

function requireFinite(tensors: Readonly<Record<string, Tensor>>): void {
  for (const [name, { data }] of Object.entries(tensors)) {
    for (let i = 0; i < data.length; i++) {
      if (!Number.isFinite(data[i])) {
        throw new ModelDocumentError('not_finite', `tensor ${JSON.stringify(name)} holds ${data[i]} at ${i}`);
      }
    }
  }
}
