import { Problem, problemDocument } from '../../api/problem.ts';

/** An answer as API Gateway takes it from a function, in both versions. */
export interface LambdaAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
  readonly cookies?: readonly string[];
}

/** What Lambda takes as an answer, in bytes of its body as a text in JSON, less some for the envelope (6 MB in all). */
export const ANSWER_LIMIT = 6_000_000;

/** @param cors what a page of another origin needs to read it */
export function problemAnswer(problem: Problem, cors: Readonly<Record<string, string>> = {}): LambdaAnswer {
  return {
    statusCode: problem.status,
    headers: { ...cors, ...problem.headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify(problemDocument(problem)),
    isBase64Encoded: false,
  };
}

/** The answer, unless it is larger than Lambda sends. */
export function sendable(answer: LambdaAnswer): LambdaAnswer {
  // Escaping at most doubles what our answers hold: only what may be too long is measured.
  if (answer.body.length * 6 < ANSWER_LIMIT) return answer;
  if (Buffer.byteLength(JSON.stringify(answer.body)) < ANSWER_LIMIT) return answer;
  const kept = Object.entries(answer.headers).filter(([name]) => /^(vary|access-control-.*)$/i.test(name));
  return problemAnswer(
    new Problem(
      'answer_too_large',
      'The answer is larger than Lambda sends (6 MB): ask for less with ?limit=, or send fewer rows in a call.',
    ),
    Object.fromEntries(kept),
  );
}
