import type { FastifySchema } from 'fastify';
import type { TSchema } from 'typebox';
import type { ProblemCode } from '../problem-codes.ts';
import { KeyHeader } from '../schemas/key-header.schema.ts';
import { problemsOf } from './problems-of.ts';

export interface Operation {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: TSchema;
  /** The body by media type. */
  readonly body?: Readonly<Record<string, TSchema>>;
  readonly answers: Readonly<Record<number, TSchema>>;
  /** Of the answers, where it is not JSON. */
  readonly mediaType?: string;
  readonly problems?: readonly ProblemCode[];
  /** Does it honour an Idempotency-Key? */
  readonly repeatable?: boolean;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  predictor: "A predictor's name",
  id: 'The id of a prediction or a key, as it was answered',
  model: "A model's version",
  reproduction: "A reproduction's id",
  example: "An imported row's id, as the list of examples has it",
  import: "An import's id, as the list of imports has it",
};

/** Describes a route for the OpenAPI document. It checks nothing: routes read what they are sent themselves. */
export function operation(url: string, described: Operation): FastifySchema {
  const {
    id,
    tag,
    summary,
    description,
    query,
    body,
    answers,
    mediaType,
    problems = [],
    repeatable,
  } = described;
  const names = [...url.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
  const codes: readonly ProblemCode[] = repeatable
    ? [...problems, 'idempotency_key_invalid', 'idempotency_key_reused']
    : problems;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(names.length === 0 ? {} : { params: parameters(names) }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(repeatable ? { headers: KeyHeader } : {}),
    ...(body === undefined ? {} : { body: { content: byMediaType(body) } }),
    response: problemsOf(codes, answersOf(answers, mediaType)),
  };
}

function parameters(names: readonly string[]) {
  const properties = names.map((name) => [name, { type: 'string', description: PARAMETERS[name] ?? name }]);
  return { type: 'object', required: names, properties: Object.fromEntries(properties) };
}

function byMediaType(schemas: Readonly<Record<string, TSchema>>) {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]));
}

function answersOf(answers: Readonly<Record<number, TSchema>>, mediaType = 'application/json') {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      { description: 'The answer', content: { [mediaType]: { schema } } },
    ]),
  );
}
