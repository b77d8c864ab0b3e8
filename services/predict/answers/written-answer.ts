import type { IdempotencyKey, PredictionJson } from '../../../database/index.ts';
import { Problem } from '../../api/problem.ts';
import type { Answered } from '../../recording/keeper.ts';
import type { Kept } from '../../recording/kept.ts';
import { deferredText, recordedText } from '../../recording/recorded-text.ts';
import { keyReused } from '../http/idempotency.ts';
import { unknownPredictor } from '../predictors/serving-predictor.ts';
import type { AnsweredRow } from './answer-row.ts';
import { answerText } from './answer-text.ts';
import { checkedSize } from './stored-size.ts';

/** An answered row as it is to be kept, the bytes that it takes, and its answer as it is sent once it is recorded. */
export interface WrittenAnswer {
  readonly row: Answered;
  readonly bytes: number;
  readonly text: string;
}

/** What tells a prediction from others of equal rows. */
export interface PredictionIdentity {
  readonly id: string;
  readonly key: IdempotencyKey | null;
  /** Milliseconds since 1970. */
  readonly answeredAt: number;
}

/** Writes an answer, once for the client and for the database. @throws Problem `row_too_large` */
export function writeAnswer(
  answered: AnsweredRow,
  { id, key, answeredAt }: PredictionIdentity,
): WrittenAnswer {
  const { serving, champion, row, answer } = answered;
  const fields = answerText(champion, answer);
  const json: PredictionJson = { inputs: JSON.stringify(row), answer: `{${fields}}` };
  const bytes = checkedSize(row, answer, json);
  const text = recordedText(
    `{"id":"${id}","predictor":"${serving.name}","model":${champion.version},${fields}`,
  );
  return {
    bytes,
    text,
    row: {
      id,
      predictorId: serving.id,
      predictor: serving.name,
      revision: serving.revision,
      model: champion.version,
      inputs: row,
      answer,
      json,
      answeredAt,
      ...(key === null ? {} : { idempotency: { ...key, response: text } }),
    },
  };
}

/** What is sent of an answer when it is known what became of it. */
export interface KeptAnswer {
  readonly text: string;
  /** Was it answered before, under its key? */
  readonly isReplayed: boolean;
}

/** @throws Problem `idempotency_key_reused`, `prediction_erased`, `predictor_unknown` */
export function keptAnswer({ outcome, response }: Kept, { row, text }: WrittenAnswer): KeptAnswer {
  switch (outcome) {
    case 'recorded':
      return { text, isReplayed: false };
    case 'replayed':
      return { text: response ?? text, isReplayed: true };
    case 'deferred':
      return { text: deferredText(response ?? text), isReplayed: response !== null };
    case 'reused':
      throw keyReused();
    case 'erased':
      throw new Problem(
        'prediction_erased',
        'The prediction of this Idempotency-Key was erased: use a new key for a new request.',
      );
    case 'predictor_deleted':
    case 'predictor_unknown':
      throw unknownPredictor(row.predictor);
  }
}
