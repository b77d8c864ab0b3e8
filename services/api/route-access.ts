import { ROUTE_ACCESS, type RouteAccess } from './routes.ts';

const ENTRIES = new Map(ROUTE_ACCESS.map((entry) => [`${entry.method} ${entry.path}`, entry]));

/** The table's entry of a route, its path as Fastify writes it; null for one that is not in the table. */
export function accessOf(method: string, url: string): RouteAccess | null {
  const asked = method === 'HEAD' ? 'GET' : method;
  const path = url.startsWith('/docs/') ? '/docs/{file+}' : url.replaceAll(/:(\w+)/g, '{$1}');
  return ENTRIES.get(`${asked} ${path}`) ?? null;
}
