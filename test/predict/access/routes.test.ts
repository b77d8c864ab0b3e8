import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { accessOf } from '../../../services/api/route-access.ts';
import { ROUTE_ACCESS } from '../../../services/api/routes.ts';
import { openAccess } from '../../../services/predict/access/access.ts';
import { enforceAccess } from '../../../services/predict/access/enforce.ts';
import { startService, type TestService } from '../support/service.ts';

let service: TestService;
const registered = new Set<string>();

beforeAll(async () => {
  service = await startService();
  await service.app.ready();
  // The router's own list: one line for each path, with its methods.
  const tree = service.app.printRoutes({ commonPrefix: false });
  const parents: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent = '', path = '', methods = ''] = /^([│ ├└─]*)(\S*) \(([A-Z, ]+)\)/.exec(line) ?? [];
    if (methods === '') continue;
    const depth = indent.length / 4 - 1;
    parents[depth] = path;
    // What the router prints of a wildcard lacks the part before it.
    const whole = parents
      .slice(0, depth + 1)
      .join('')
      .replace(/^\/docs\*$/, '/docs/static/*');
    for (const method of methods.split(', ')) registered.add(`${method} ${whole}`);
  }
});
afterAll(() => service.stop());

describe('the table of routes and roles', () => {
  test('names every route of the service, and no other', () => {
    const served = [...registered]
      .filter((route) => !route.startsWith('HEAD '))
      .map((route) => {
        const [method = '', url = ''] = route.split(' ');
        const entry = accessOf(method, url);
        return entry === null ? `${route}: not in the table` : `${entry.method} ${entry.path}`;
      });
    const named = ROUTE_ACCESS.map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(served)].sort()).toEqual([...named].sort());
  });

  test('names each once', () => {
    expect(new Set(ROUTE_ACCESS.map(({ method, path }) => `${method} ${path}`)).size).toBe(
      ROUTE_ACCESS.length,
    );
  });

  test('lets nobody but admins change what others see', () => {
    const changing = ROUTE_ACCESS.filter(({ method, role }) => method !== 'GET' && role !== 'admin');
    expect(changing.map(({ method, path, role }) => `${method} ${path}: ${role}`)).toEqual([
      'POST /predictors/{predictor}/predictions: predict',
      'POST /predictors/{predictor}/suggestions: predict',
      'PUT /predictions/{id}/label: predict',
    ]);
  });

  test('a route that it does not name cannot be added', () => {
    const app = Fastify();
    enforceAccess(app, openAccess, 0);
    expect(() => app.get('/secrets', async () => 'all')).toThrow('GET /secrets is not in the table');
    expect(() => app.patch('/predictors/:predictor', async () => 'changed')).toThrow('not in the table');
  });

  test('is what OpenAPI says of security', async () => {
    const { json } = await service.call('GET', '/openapi.json');
    expect(Object.keys(json.components.securitySchemes)).toEqual(['apiKey', 'bearer']);
    const documented = ROUTE_ACCESS.filter(({ method, path }) => json.paths[path]?.[method.toLowerCase()]);
    expect(documented.length).toBeGreaterThan(24);
    for (const { method, path, role } of documented) {
      const { security, description = '', responses } = json.paths[path][method.toLowerCase()];
      const asked = role === 'anyone' ? [] : [{ apiKey: [] }, { bearer: [] }];
      expect({ method, path, security }).toEqual({ method, path, security: asked });
      if (role === 'anyone') continue;
      expect(description).toContain(`role \`${role}\``);
      expect(responses[401].description).toContain('key_unknown');
      expect(responses[403].description).toContain('role_insufficient');
    }
  });
});
