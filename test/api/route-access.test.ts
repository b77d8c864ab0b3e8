import { expect, test } from '@jest/globals';
import { roleOfCall } from '../../services/api/route-access.ts';
import { ROUTE_ACCESS } from '../../services/api/routes.ts';

const parts = (path: string) => path.split('/').slice(1);

test.each(ROUTE_ACCESS.map(({ method, path, role }) => [method, path, role] as const))(
  '%s %s asks for the role %s, whatever stands in the place of its parameters',
  (method, path, role) => {
    expect(roleOfCall(method, parts(path.replaceAll(/\{\w+\}/g, 'a').replace('{file+}', 'a/b')))).toBe(role);
  },
);

test.each([
  ['GET', '/predictors/a/b/c', 'admin'],
  ['GET', '/predictor', 'admin'],
  ['PUT', '/predictors/a/predictions', 'admin'],
  ['HEAD', '/predictors/a', 'read'],
])('%s %s asks for %s', (method, path, role) => {
  expect(roleOfCall(method, parts(path))).toBe(role);
});
