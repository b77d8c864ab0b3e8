import { ROUTE_ACCESS, type RouteAccess } from './routes.ts';

const ENTRIES = new Map(ROUTE_ACCESS.map((entry) => [`${entry.method} ${entry.path}`, entry]));

/** The table's entry of a route, its path as Fastify writes it; null for one that is not in the table. */
export function accessOf(method: string, url: string): RouteAccess | null {
  const path = url.startsWith('/docs/') ? '/docs/{file+}' : url.replaceAll(/:(\w+)/g, '{$1}');
  return ENTRIES.get(`${tableMethod(method)} ${path}`) ?? null;
}

/** The role that a call asks for, by the parts of its path; an admin's where no route is like it. */
export function roleOfCall(method: string, parts: readonly string[]): RouteAccess['role'] {
  const found = ROUTE_ACCESS.find(
    (entry) => entry.method === tableMethod(method) && isLike(entry.path, parts),
  );
  return found?.role ?? 'admin';
}

function tableMethod(method: string): string {
  return method === 'HEAD' ? 'GET' : method;
}

function isLike(path: string, parts: readonly string[]): boolean {
  const pattern = path.split('/').slice(1);
  const isRest = pattern.at(-1)?.endsWith('+}') === true;
  const fits = (part: string | undefined, own: string) =>
    part !== undefined && (own.startsWith('{') || own === part);
  return (
    (isRest ? parts.length >= pattern.length : parts.length === pattern.length) &&
    pattern.every((own, at) => fits(parts[at], own))
  );
}
