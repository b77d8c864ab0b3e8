import { createHash } from 'node:crypto';
import type { Tensor } from '../featurizers/featurizer.ts';
import type { FittedRecipe } from '../selection/recipe.ts';
import { FORMAT, type ModelHead } from './head.schema.ts';
import { headToText } from './head.ts';
import { encodeSafeTensors } from './safetensors.ts';

/** Where in the file's metadata the head stands. */
export const HEAD_KEY = 'hundredfold';

/** The tensor of the combinations that have columns of their own. */
export const CROSS = 'cross';

/** What a head says that the fitted parts do not know. */
export type HeadFacts = Omit<ModelHead, 'format' | 'featurizer' | 'width'>;

export interface Artifact {
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly head: ModelHead;
}

/** A model as a safetensors file that any reader of the format opens; equal models give equal bytes. */
export function writeModel(facts: HeadFacts, { features, fitted }: FittedRecipe): Artifact {
  const tensors: Record<string, Tensor> = {};
  const featurizer = features.save().map(({ name, saved }, i) => {
    for (const [key, tensor] of Object.entries(saved.tensors)) tensors[`input.${i}.${key}`] = tensor;
    return { name, facts: saved.facts };
  });
  if (features.cross !== null) tensors[CROSS] = features.cross.save();
  for (const [key, tensor] of Object.entries(fitted.save().tensors)) tensors[`learner.${key}`] = tensor;
  const head: ModelHead = { ...facts, format: FORMAT, featurizer, width: features.width };
  const bytes = encodeSafeTensors({ metadata: { [HEAD_KEY]: headToText(head) }, tensors });
  return { bytes, sha256: sha256(bytes), head };
}

/** In hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
