import { LearnerError, type LearnerName } from './learner.ts';

export interface HyperParameter {
  readonly low: number;
  readonly high: number;
  readonly default: number;
  readonly integer: boolean;
  readonly description: string;
}

/** Values of a learner's hyper-parameters by name. */
export type LearnerSettings = Readonly<Record<string, number>>;

const tolerance: HyperParameter = {
  low: 1e-10,
  high: 0.1,
  default: 1e-2,
  integer: false,
  description: 'The fit ends when three steps together lower the loss by a smaller share than this.',
};

const alpha: HyperParameter = {
  low: 1e-9,
  high: 1e9,
  default: 1,
  integer: false,
  description: 'How much the squared weights weigh against the errors of the standardised target.',
};

/** Every hyper-parameter of every learner: what is validated, documented and recorded comes from here. */
export const hyperParameters: Readonly<Record<LearnerName, Readonly<Record<string, HyperParameter>>>> = {
  logistic: {
    c: {
      low: 1e-6,
      high: 1e6,
      default: 30,
      integer: false,
      description: 'How much the summed log-loss weighs against half the squared weights.',
    },
    tolerance,
    maxIterations: {
      low: 1,
      high: 10_000,
      default: 300,
      integer: true,
      description: 'Steps of L-BFGS at most.',
    },
  },
  ridge: { alpha },
  huber: {
    alpha,
    epsilon: {
      low: 1.01,
      high: 10,
      default: 1.35,
      integer: false,
      description: 'From how many deviations on an error counts by its size instead of its square.',
    },
  },
  prior: {},
  'ml-logistic-regression': {
    steps: {
      low: 1,
      high: 50_000,
      default: 1000,
      integer: true,
      description: 'Steps of gradient descent, all of which are always done.',
    },
    rate: { low: 1e-9, high: 10, default: 1e-2, integer: false, description: 'Length of one step.' },
  },
};

/**
 * The settings of a learner with its defaults filled in.
 * @throws LearnerError `bad_setting` naming the one that is unknown or out of range
 */
export function completeSettings(name: LearnerName, settings: LearnerSettings): LearnerSettings {
  const known = hyperParameters[name];
  for (const key of Object.keys(settings)) {
    if (!Object.hasOwn(known, key)) throw new LearnerError('bad_setting', `${name} has no setting ${key}`);
  }
  return Object.fromEntries(
    Object.entries(known).map(([key, range]) => {
      const value = Object.hasOwn(settings, key) ? (settings[key] ?? range.default) : range.default;
      if (!(value >= range.low && value <= range.high) || (range.integer && !Number.isInteger(value))) {
        const kind = range.integer ? 'a whole number' : 'a number';
        throw new LearnerError(
          'bad_setting',
          `${name}: ${key} must be ${kind} from ${range.low} to ${range.high}, got ${value}`,
        );
      }
      return [key, value];
    }),
  );
}
