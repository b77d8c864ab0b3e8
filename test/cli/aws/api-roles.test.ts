import { expect, test } from '@jest/globals';
import { ROUTE_ACCESS } from '../../../services/api/routes.ts';
import { CALL_ROLES, roleOfCall } from '../../../services/cli/aws/api-roles.ts';

const routes = ROUTE_ACCESS.filter(({ where }) => where === 'everywhere');

test('every call of the API asks for the role that the service asks for', () => {
  const roles = routes.map(({ method, path }) => roleOfCall(method, path.split('/').slice(1)));
  expect(roles).toEqual(routes.map(({ role }) => role));
});

test('the command knows no call that there is not', () => {
  const known = CALL_ROLES.map(([method, path]) => `${method} ${path}`);
  const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '*')}`);
  expect(known.filter((call) => !served.includes(call))).toEqual([]);
});
