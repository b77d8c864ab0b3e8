import type { Row } from '../../ml/predictor/definition.ts';
import type { Serving, ServingModel } from '../../serving/serving.ts';
import { type AnsweredRow, answerWith } from './answer-row.ts';
import { answerText } from './answer-text.ts';

/** The answer to a row as JSON: a kept one, where the predictor's own champion answers and was asked the same lately. */
export function suggestionText(serving: Serving, champion: ServingModel, row: Row): string {
  const recent = champion === serving.champion ? serving.recent : null;
  const known = recent?.get(row);
  if (known !== undefined) return known;
  const text = suggestionsText(answerWith(serving, champion, row));
  recent?.set(row, text);
  return text;
}

/** An answer that is stored nowhere, as JSON. */
export function suggestionsText({ serving, champion, answer }: AnsweredRow): string {
  return `{"predictor":"${serving.name}","model":${champion.version},${answerText(champion, answer)}}`;
}
