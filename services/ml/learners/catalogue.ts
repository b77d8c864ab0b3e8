import { baselineLearner } from './baseline.ts';
import { huberLearner } from './huber.ts';
import { completeSettings, type LearnerSettings } from './hyper-parameters.ts';
import { type LabelLearner, LearnerError, type LearnerName, type NumberLearner } from './learner.ts';
import { logisticLearner } from './logistic.ts';
import { priorLabels, priorNumber } from './prior.ts';
import { ridgeLearner } from './ridge.ts';

/** @throws LearnerError `bad_setting`, also for a learner that gives no labels */
export function labelLearner(name: LearnerName, settings: LearnerSettings = {}): LabelLearner {
  const value = reader(name, settings);
  switch (name) {
    case 'logistic':
      return logisticLearner({
        c: value('c'),
        tolerance: value('tolerance'),
        maxIterations: value('maxIterations'),
      });
    case 'prior':
      return priorLabels;
    case 'ml-logistic-regression':
      return baselineLearner({ steps: value('steps'), rate: value('rate') });
    case 'ridge':
    case 'huber':
      throw new LearnerError('bad_setting', `${name} learns numbers, not labels`);
  }
}

/** @throws LearnerError `bad_setting`, also for a learner that gives no numbers */
export function numberLearner(name: LearnerName, settings: LearnerSettings = {}): NumberLearner {
  const value = reader(name, settings);
  switch (name) {
    case 'ridge':
      return ridgeLearner({ alpha: value('alpha') });
    case 'huber':
      return huberLearner({ alpha: value('alpha'), epsilon: value('epsilon') });
    case 'prior':
      return priorNumber;
    case 'logistic':
    case 'ml-logistic-regression':
      throw new LearnerError('bad_setting', `${name} learns labels, not numbers`);
  }
}

function reader(name: LearnerName, settings: LearnerSettings): (key: string) => number {
  const complete = completeSettings(name, settings);
  return (key) => {
    const value = complete[key];
    if (value === undefined) throw new LearnerError('bad_setting', `${name} has no setting ${key}`);
    return value;
  };
}
