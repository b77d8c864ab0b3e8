import { Problem } from '../http/problem.ts';

/** The most that a row may take with its answer, in bytes: the Data API hands over 64 KiB of a row at most. */
export const STORED_LIMIT = 49_152;

/** The size of a row's stored form: the JSON of its inputs and its answer (or target), in bytes of UTF-8. */
export function storedSize(inputs: object, answer: unknown): number {
  return Buffer.byteLength(JSON.stringify(inputs)) + Buffer.byteLength(JSON.stringify(answer));
}

/** The same. @throws Problem `row_too_large` when it is over the limit */
export function checkedSize(inputs: object, answer: object): number {
  const size = storedSize(inputs, answer);
  if (size <= STORED_LIMIT) return size;
  throw new Problem(
    'row_too_large',
    `The row takes ${size} bytes with its answer, and ${STORED_LIMIT} can be stored: send shorter texts, or ask for fewer suggestions.`,
  );
}
