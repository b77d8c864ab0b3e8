import type { FastifySchema } from 'fastify';
import type { ProblemCode } from '../problem-codes.ts';
import { accessOf } from '../route-access.ts';
import { problemsOf } from './problems-of.ts';

/** How a key is sent, either way. */
export const SECURITY_SCHEMES = {
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'An API key: `hf_…`.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The same key, as `Authorization: Bearer hf_…`.' },
} as const;

const REFUSALS: readonly ProblemCode[] = [
  'key_missing',
  'key_unknown',
  'role_insufficient',
  'host_unknown',
  'rate_limited',
  'keys_unavailable',
];

/** What the table of routes and roles adds to a route's description: who may call it, and how others are refused. */
export function secured(schema: FastifySchema, method: string, url: string): FastifySchema {
  const role = accessOf(method, url)?.role ?? 'anyone';
  if (schema.hide === true) return schema;
  if (role === 'anyone') return { ...schema, security: [] };
  const described = typeof schema.description === 'string' ? `${schema.description}\n\n` : '';
  return {
    ...schema,
    description: `${described}${WHO[role]}`,
    security: [{ apiKey: [] }, { bearer: [] }],
    response: problemsOf(REFUSALS, responsesOf(schema)),
  };
}

function responsesOf({ response }: FastifySchema): object {
  return typeof response === 'object' && response !== null ? response : {};
}

const WHO = {
  predict: 'For keys of the role `predict` or `admin`.',
  read: 'For keys of the role `read` or `admin`.',
  admin: 'For keys of the role `admin`.',
} as const;
