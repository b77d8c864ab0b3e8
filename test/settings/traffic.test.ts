import { describe, expect, test } from '@jest/globals';
import { Environment } from '../../services/settings/environment.ts';
import { readTraffic } from '../../services/settings/traffic.ts';

function read(variables: Record<string, string>) {
  const environment = new Environment(variables);
  const traffic = readTraffic(environment);
  environment.check();
  return traffic;
}

describe('what may be asked, and by whose pages', () => {
  test('is limited, and no page of another origin may call, unless told otherwise', () => {
    expect(read({})).toEqual({ rateLimit: 500, corsOrigins: [] });
    expect(read({ HUNDREDFOLD_RATE_LIMIT: '0' }).rateLimit).toBe(0);
  });

  test('origins stand as browsers send them, one or several', () => {
    const origins = ['https://app.example', 'http://localhost:5173'];
    expect(read({ HUNDREDFOLD_CORS_ORIGINS: origins.join(', ') }).corsOrigins).toEqual(origins);
  });

  test.each([
    '*',
    'app.example',
    'https://app.example/',
    'https://app.example/path',
    'https://APP.example',
    'file:///x',
  ])('%s is no origin, and is named', (wrong) => {
    expect(() => read({ HUNDREDFOLD_CORS_ORIGINS: `https://app.example,${wrong}` })).toThrow(`"${wrong}"`);
  });

  test('a limit that is no number is named with its variable', () => {
    expect(() => read({ HUNDREDFOLD_RATE_LIMIT: 'many' })).toThrow('HUNDREDFOLD_RATE_LIMIT');
  });
});
