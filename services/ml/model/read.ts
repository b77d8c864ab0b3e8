import { Cross } from '../featurizers/cross.ts';
import { FeaturizerError, type Tensor } from '../featurizers/featurizer.ts';
import { restoreFeaturizer } from '../featurizers/restore.ts';
import { RowFeaturizer } from '../featurizers/row.ts';
import { completeSettings } from '../learners/hyper-parameters.ts';
import { LearnerError } from '../learners/learner.ts';
import { restoreLabels, restoreNumber } from '../learners/restore.ts';
import { ModelDocumentError } from './errors.ts';
import { headFromText, type ModelHead } from './head.ts';
import { type Model, modelOf } from './model.ts';
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
      head.learner.cross ? restoreCross(head, known.get(CROSS)) : null,
    );
    return modelOf(head, features, restoreFitted(head, features.width, take(known, 'learner.')));
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

function restoreFitted(head: ModelHead, width: number, tensors: Record<string, Tensor>) {
  const { learner, labels, definition } = head;
  if (learner.width !== width) {
    throw new ModelDocumentError(
      'damaged',
      `the learner knows ${learner.width} columns, the featurizers give ${width}`,
    );
  }
  completeSettings(learner.name, learner.settings);
  const saved = { facts: { name: learner.name, width }, tensors };
  return definition.target.type === 'number' ? restoreNumber(saved) : restoreLabels(saved, labels.length);
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
