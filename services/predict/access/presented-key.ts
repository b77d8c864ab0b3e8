import type { IncomingHttpHeaders } from 'node:http';

/**
 * The key that a request brings: `x-api-key`, or `Authorization: Bearer …` for clients that can send nothing else, such
 * as Prometheus. Null where it brings none. Never from the address: that is written into logs.
 */
export function presentedKey(headers: IncomingHttpHeaders): string | null {
  const own = headers['x-api-key'];
  if (own !== undefined) return typeof own === 'string' ? own : '';
  const bearer = /^Bearer +(.*)$/i.exec(headers.authorization ?? '');
  return bearer?.[1]?.trim() ?? null;
}
