import type { Model } from '../ml/model/model.ts';
import type { PredictorDefinition } from '../ml/predictor/definition.ts';
import type { RowReader } from '../ml/predictor/row-reader.ts';
import type { RecentAnswers } from './recent-answers.ts';

/** A predictor as this process answers for it: all in memory, made once per change. */
export interface Serving {
  readonly id: number;
  readonly name: string;
  readonly revision: number;
  /** Rises with every change of the definition or the champion. */
  readonly change: number;
  readonly definition: PredictorDefinition;
  readonly reader: RowReader;
  readonly champion: ServingModel | null;
  /** The champion's latest answers, where rows are likely to come again. */
  readonly recent: RecentAnswers | null;
}

export interface ServingModel {
  readonly version: number;
  readonly sha256: string;
  readonly model: Model;
}
