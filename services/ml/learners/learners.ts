import { baseline } from './baseline.ts';
import { LearnerError } from './errors.ts';
import { huber } from './huber.ts';
import type { LabelSide, Learner, NumberSide } from './learner.ts';
import { logistic } from './logistic.ts';
import { prior } from './prior.ts';
import { ridge } from './ridge.ts';
import type { LearnerSettings } from './settings.ts';

/** Every learner there is: names, what is tried, what is read back and the reference page come from this list. */
export const LEARNERS = [logistic, ridge, huber, prior, baseline] as const satisfies readonly Learner[];

export type LearnerName = (typeof LEARNERS)[number]['name'];

/** @throws LearnerError `bad_setting` for a name that no learner has */
export function learnerNamed(name: string): Learner<LearnerName> {
  const found = LEARNERS.find((learner) => learner.name === name);
  if (found === undefined) throw new LearnerError('bad_setting', `there is no learner ${name}`);
  return found;
}

/** How a learner learns labels. @throws LearnerError `bad_setting` where it learns none */
export function labelSide(name: string): LabelSide<LearnerSettings> {
  const { label } = learnerNamed(name);
  if (label === null) throw new LearnerError('bad_setting', `${name} learns numbers, not labels`);
  return label;
}

/** How a learner learns numbers. @throws LearnerError `bad_setting` where it learns none */
export function numberSide(name: string): NumberSide<LearnerSettings> {
  const { number } = learnerNamed(name);
  if (number === null) throw new LearnerError('bad_setting', `${name} learns labels, not numbers`);
  return number;
}
