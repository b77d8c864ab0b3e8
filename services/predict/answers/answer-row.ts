import { Problem } from '../../api/problem.ts';
import type { Answer } from '../../ml/model/model.ts';
import type { FieldError } from '../../ml/predictor/definition.error.ts';
import { inputNames, type Row } from '../../ml/predictor/definition.ts';
import { Unfit } from '../../ml/predictor/unfit.ts';
import type { Serving, ServingModel } from '../../serving/serving.ts';
import type { Context } from '../context/context.ts';
import { neededBody } from '../http/json-body.ts';
import { servingModel, servingPredictor } from '../predictors/serving-predictor.ts';

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
  const champion = serving.champion ?? (await servingModel(context, serving));
  return answerWith(serving, champion, readRow(serving, body));
}

/** Answers a row with what is in memory. */
export function answerWith(serving: Serving, champion: ServingModel, row: Row): AnsweredRow {
  return { serving, champion, row, answer: champion.model.answer(row, serving.definition.suggestions) };
}

/** A request's body as a row of the predictor's inputs. @throws Problem `body_not_json`, `row_invalid` */
export function readRow(serving: Serving, body: unknown): Row {
  const { row, errors } = serving.reader.read(neededBody(body));
  if (errors === undefined) return row;
  throw rowInvalid(serving, errors, holdsMany(body) ? manyRowsAdvice(serving) : '');
}

/** `advice` follows on what is wrong. */
export function rowInvalid(serving: Serving, errors: readonly FieldError[], advice = ''): Problem {
  const detail = `The row does not fit the inputs of ${serving.name}: see errors.${advice}`;
  return new Problem('row_invalid', detail, { errors });
}

/**
 * Does it hold an array or an object? No input is one: other services take many rows so, as `{"instances": […]}`, or
 * column by column. A key that stood there twice holds what is wrong with it, which is neither.
 */
function holdsMany(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return Object.values(body).some(
    (value) => typeof value === 'object' && value !== null && !(value instanceof Unfit),
  );
}

function manyRowsAdvice({ definition }: Serving): string {
  const names = inputNames(definition);
  const name = names.find((one) => definition.inputs[one]?.optional === false) ?? names[0] ?? '';
  const row = `{${JSON.stringify(name)}: …}`;
  return ` Many rows are sent as an array of such objects with nothing around it: [${row}, ${row}].`;
}
