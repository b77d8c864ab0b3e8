import type { Saved, Tensor } from '../featurizers/featurizer.ts';
import { fittedBaseline } from './baseline.ts';
import { type FittedLabels, type FittedNumbers, LearnerError, type LearnerFacts } from './learner.ts';
import { type GroupedWeights, linearScores, linearValue } from './linear.ts';
import { fittedPriorLabels, fittedPriorNumber } from './prior.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * A fitted learner of labels from what its `save` gave; it answers exactly as the saved one did.
 * @param labels how many labels it is to know
 * @throws LearnerError `bad_facts` when the arrays do not have the shape that they should
 */
export function restoreLabels({ facts, tensors }: Saved<LearnerFacts>, labels: number): FittedLabels {
  const { name, width } = facts;
  const intercept = singles(tensors, 'intercept', labels);
  switch (name) {
    case 'prior':
      return fittedPriorLabels(intercept, width);
    case 'logistic':
      return linearScores(name, groupedWeights(tensors, width, intercept));
    case 'ml-logistic-regression':
      return fittedBaseline(singles(tensors, 'weights', width * labels), intercept, width);
    case 'ridge':
    case 'huber':
      throw new LearnerError('bad_facts', `${name} learns no labels`);
  }
}

function groupedWeights(tensors: Tensors, width: number, intercept: Float32Array): GroupedWeights {
  const group = tensors.group;
  if (group?.dtype !== 'I32' || group.data.length !== width) {
    throw new LearnerError('bad_facts', `the saved group should be ${width} whole numbers`);
  }
  const groups = group.data.reduce((most, g) => Math.max(most, g + 1), 0);
  if (group.data.some((g) => g < -1)) throw new LearnerError('bad_facts', 'a group is below -1');
  return { group: group.data, weights: singles(tensors, 'weights', groups * intercept.length), intercept };
}

/** The same for a learner of numbers. @throws LearnerError `bad_facts` */
export function restoreNumber({ facts, tensors }: Saved<LearnerFacts>): FittedNumbers {
  const { name, width } = facts;
  const intercept = doubles(tensors, 'intercept', 1);
  switch (name) {
    case 'prior':
      return fittedPriorNumber(intercept[0] ?? 0, width);
    case 'ridge':
    case 'huber':
      return linearValue(name, doubles(tensors, 'weights', width), intercept, width);
    case 'logistic':
    case 'ml-logistic-regression':
      throw new LearnerError('bad_facts', `${name} learns no numbers`);
  }
}

function singles(tensors: Tensors, name: string, length: number): Float32Array {
  const tensor = tensors[name];
  if (tensor?.dtype === 'F32' && tensor.data.length === length) return tensor.data;
  throw new LearnerError('bad_facts', `the saved ${name} should be ${length} numbers of single precision`);
}

function doubles(tensors: Tensors, name: string, length: number): Float64Array {
  const tensor = tensors[name];
  if (tensor?.dtype === 'F64' && tensor.data.length === length) return tensor.data;
  throw new LearnerError('bad_facts', `the saved ${name} should be ${length} numbers of double precision`);
}
