import { ROUTE_ACCESS, type RouteAccess } from '../../../services/api/routes.ts';

/** Which role a call asks for, by the service's own table; what is not there is nobody's, as the stack has no method for it. */
export function roleAt(method: string, path: string): RouteAccess['role'] {
  const parts = path.split('/');
  const found = ROUTE_ACCESS.find((route) => {
    const pattern = route.path.split('/');
    return (
      route.method === method &&
      pattern.length === parts.length &&
      pattern.every((part, at) => part.startsWith('{') || part === parts[at])
    );
  });
  return found?.role ?? 'admin';
}
