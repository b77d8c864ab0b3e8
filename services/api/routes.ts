/** What a key may do. An admin may call everything; the others only the routes of their role. */
export type Role = 'predict' | 'read' | 'admin';

export interface RouteAccess {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As OpenAPI and API Gateway write it: `{name}` is one part of a path, `{name+}` one or more. */
  readonly path: string;
  readonly role: Role | 'anyone';
  /** Which limit its body has: a row's (and every other small document's), many rows', a definition's, an import's; or that it has none. */
  readonly body: 'none' | 'row' | 'rows' | 'definition' | 'import';
  /** `server`: only where the service runs as a server, and not behind API Gateway. */
  readonly where: 'everywhere' | 'server';
}

/**
 * Every route, once, with who may call it: the one table from which the service's own check, OpenAPI's security, the
 * methods of the REST API and the tests are made. Pure data: the stack imports it too. A HEAD is its GET.
 */
export const ROUTE_ACCESS: readonly RouteAccess[] = [
  route('POST', '/predictors/{predictor}/predictions', 'predict', 'rows'),
  route('POST', '/predictors/{predictor}/suggestions', 'predict', 'rows'),
  route('PUT', '/predictions/{id}/label', 'predict', 'row'),
  route('GET', '/predictions/{id}', 'predict'),
  route('DELETE', '/predictions/{id}', 'admin'),

  route('PUT', '/predictors/{predictor}', 'admin', 'definition'),
  route('GET', '/predictors', 'read'),
  route('GET', '/predictors/{predictor}', 'read'),
  route('DELETE', '/predictors/{predictor}', 'admin'),

  route('POST', '/predictors/{predictor}/examples', 'admin', 'import'),
  route('GET', '/predictors/{predictor}/examples', 'read'),
  route('DELETE', '/predictors/{predictor}/examples/{example}', 'admin'),
  route('GET', '/predictors/{predictor}/imports', 'read'),
  route('DELETE', '/predictors/{predictor}/imports/{import}', 'admin'),

  route('POST', '/predictors/{predictor}/retrainings', 'admin'),
  route('GET', '/predictors/{predictor}/retrainings', 'read'),
  route('GET', '/predictors/{predictor}/models', 'read'),
  route('GET', '/predictors/{predictor}/models/{model}', 'read'),
  route('GET', '/predictors/{predictor}/models/{model}/examples', 'read'),
  route('POST', '/predictors/{predictor}/models/{model}/reproductions', 'admin'),
  route('GET', '/predictors/{predictor}/models/{model}/reproductions/{reproduction}', 'read'),
  route('PUT', '/predictors/{predictor}/champion', 'admin', 'row'),

  route('GET', '/training', 'read'),
  route('PUT', '/training', 'admin', 'row'),

  route('GET', '/spool', 'read'),
  route('POST', '/spool/returns', 'admin'),

  route('POST', '/keys', 'admin', 'row'),
  route('GET', '/keys', 'admin'),
  route('DELETE', '/keys/{id}', 'admin'),

  route('GET', '/health', 'anyone'),
  route('GET', '/ready', 'anyone'),
  // What the API looks like is no secret: it is the same for everybody, and a browser that opens the page sends no key.
  route('GET', '/openapi.json', 'anyone'),
  { ...route('GET', '/', 'anyone'), where: 'server' },
  { ...route('GET', '/docs', 'anyone'), where: 'server' },
  { ...route('GET', '/docs/{file+}', 'anyone'), where: 'server' },
  // Labels of the metrics name predictors, and figures say how much is asked: not for everybody.
  { ...route('GET', '/metrics', 'read'), where: 'server' },
];

function route(
  method: RouteAccess['method'],
  path: string,
  role: RouteAccess['role'],
  body: RouteAccess['body'] = 'none',
): RouteAccess {
  return { method, path, role, body, where: 'everywhere' };
}
