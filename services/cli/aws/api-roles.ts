export type CallRole = 'anyone' | 'predict' | 'read' | 'admin';

/**
 * The calls of the API that are not an admin's, by the role that they ask for; `*` is one part of a path. A test holds
 * them to the service's own table. What does not stand here is signed.
 */
export const CALL_ROLES: readonly (readonly [method: string, path: string, role: CallRole])[] = [
  ['POST', '/predictors/*/predictions', 'predict'],
  ['POST', '/predictors/*/suggestions', 'predict'],
  ['PUT', '/predictions/*/label', 'predict'],
  ['GET', '/predictions/*', 'predict'],
  ['GET', '/predictors', 'read'],
  ['GET', '/predictors/*', 'read'],
  ['GET', '/predictors/*/examples', 'read'],
  ['GET', '/predictors/*/imports', 'read'],
  ['GET', '/predictors/*/retrainings', 'read'],
  ['GET', '/predictors/*/models', 'read'],
  ['GET', '/predictors/*/models/*', 'read'],
  ['GET', '/predictors/*/models/*/examples', 'read'],
  ['GET', '/predictors/*/models/*/reproductions/*', 'read'],
  ['GET', '/training', 'read'],
  ['GET', '/spool', 'read'],
  ['GET', '/health', 'anyone'],
  ['GET', '/ready', 'anyone'],
  ['GET', '/openapi.json', 'anyone'],
];

/** Which role a call asks for; `path` is its parts. */
export function roleOfCall(method: string, path: readonly string[]): CallRole {
  const found = CALL_ROLES.find(([of, pattern]) => of === method && isLike(pattern, path));
  return found?.[2] ?? 'admin';
}

function isLike(pattern: string, path: readonly string[]): boolean {
  const parts = pattern.split('/').slice(1);
  return parts.length === path.length && parts.every((part, at) => part === '*' || part === path[at]);
}
