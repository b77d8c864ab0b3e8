import type { Answer } from '../../ml/model/model.ts';
import type { Row } from '../../ml/predictor/definition.ts';
import type { Serving, ServingModel } from '../champions/serving.ts';
import type { Context } from '../context.ts';
import { neededBody } from '../http/json-body.ts';
import { Problem } from '../http/problem.ts';
import { servingModel, servingPredictor } from '../serving-predictor.ts';

/** A row, what was answered, and by which model of which predictor. */
export interface AnsweredRow {
  readonly serving: Serving;
  readonly champion: ServingModel;
  readonly row: Row;
  readonly answer: Answer;
}

/**
 * Answers a request's body with the predictor's champion, which is fetched when the predictor is met for the first time.
 * @throws Problem `predictor_unknown`, `predictor_not_trained`, `body_not_json`, `row_invalid`
 */
export async function answerRow(context: Context, name: string, body: unknown): Promise<AnsweredRow> {
  const serving = context.champions.peek(name) ?? (await servingPredictor(context, name));
  return answerWith(serving, serving.champion ?? (await servingModel(context, serving)), body);
}

/** Answers a request's body with what is in memory. @throws Problem `body_not_json`, `row_invalid` */
export function answerWith(serving: Serving, champion: ServingModel, body: unknown): AnsweredRow {
  const row = readRow(serving, body);
  return { serving, champion, row, answer: champion.model.answer(row, serving.definition.suggestions) };
}

/** A request's body as a row of the predictor's inputs. @throws Problem `body_not_json`, `row_invalid` */
export function readRow(serving: Serving, body: unknown): Row {
  const { row, errors } = serving.reader.read(neededBody(body));
  if (errors === undefined) return row;
  throw new Problem('row_invalid', `The row does not fit the inputs of ${serving.name}: see errors.`, {
    errors,
  });
}
