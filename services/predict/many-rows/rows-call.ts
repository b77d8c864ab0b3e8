import type { Serving, ServingModel } from '../../serving/serving.ts';
import type { Context } from '../context/context.ts';
import { servingModel, servingPredictor } from '../predictors/serving-predictor.ts';
import { type RowReadings, readRows } from './read-rows.ts';
import type { RowsBody } from './rows-body.ts';

/** The rows of a call, and the one model that answers all of them. */
export interface RowsCall extends RowReadings {
  readonly serving: Serving;
  readonly champion: ServingModel;
}

/**
 * @throws Problem `predictor_unknown`, `predictor_not_trained`, `model_damaged`, and what `readRows` throws
 */
export async function readCall(context: Context, name: string, body: RowsBody): Promise<RowsCall> {
  const serving = context.champions.peek(name) ?? (await servingPredictor(context, name));
  const champion = serving.champion ?? (await servingModel(context, serving));
  return { serving, champion, ...(await readRows(serving, body, context.turns)) };
}
