import { ROUTE_ACCESS, type RouteAccess } from './routes.ts';

const ROLES = new Map(ROUTE_ACCESS.map(({ method, path, role }) => [`${method} ${path}`, role]));

/** The role that a route asks for, its path as Fastify writes it; null for one that is not in the table. */
export function roleOf(method: string, url: string): RouteAccess['role'] | null {
  const asked = method === 'HEAD' ? 'GET' : method;
  const path = url.startsWith('/docs/') ? '/docs/{file+}' : url.replaceAll(/:(\w+)/g, '{$1}');
  return ROLES.get(`${asked} ${path}`) ?? null;
}
