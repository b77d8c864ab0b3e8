import { PROBLEMS, type ProblemCode } from '../problem-codes.ts';

/** A route's answers with those of these problems: one entry for each status, naming its codes after those there are. */
export function problemsOf(codes: readonly ProblemCode[], answers: object = {}): Record<string, unknown> {
  const byStatus = Object.groupBy(codes, (code) => PROBLEMS[code].status);
  const described = Object.entries(byStatus).map(([status, group = []]) => [
    status,
    {
      description: [descriptionAt(answers, status), ...group.map(sentence)].filter(Boolean).join('; '),
      content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
    },
  ]);
  return { ...answers, ...Object.fromEntries(described) };
}

function sentence(code: ProblemCode): string {
  return `\`${code}\`: ${PROBLEMS[code].title}`;
}

function descriptionAt(answers: object, status: string): string {
  const answer: unknown = Reflect.get(answers, status);
  if (typeof answer !== 'object' || answer === null || !('description' in answer)) return '';
  return String(answer.description);
}
