import type { Pause } from '../linalg/lbfgs.ts';
import type { Material } from '../material.ts';
import type { PredictorDefinition } from '../predictor/definition.ts';
import type { Folds } from '../selection/folds.ts';

/** What every step of one training works with. */
export interface Workshop {
  readonly definition: PredictorDefinition;
  readonly material: Material;
  readonly folds: Folds;
  readonly pause: Pause | undefined;
}
