/** The parts of the package that are used; it comes without types. */
declare module 'ml-logistic-regression' {
  import type { Matrix } from 'ml-matrix';

  export interface OneClass {
    /** 1 × columns, as it stands after `train`; null before. */
    readonly weights: Matrix | null;
  }

  export default class LogisticRegression {
    constructor(options: { numSteps: number; learningRate: number });
    /** By label. Class `k` is trained to say 0 for its own rows and 1 for all others. */
    readonly classifiers: readonly OneClass[];
    train(features: Matrix, labels: Matrix): void;
  }
}
