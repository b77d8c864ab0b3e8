import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROBLEMS } from '../../services/api/problem-codes.ts';
import { startService, type TestService } from '../predict/support/service.ts';
import { ROOT } from './pages.ts';

const page = readFileSync(path.join(ROOT, 'docs/reference/http.md'), 'utf8');
let service: TestService;
let calls: string[];

beforeAll(async () => {
  service = await startService();
  const { json } = await service.call('GET', '/openapi.json');
  calls = Object.entries<object>(json.paths).flatMap(([route, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${route}`),
  );
});
afterAll(() => service.stop());

/** The sections headed by a call: `### POST /predictors/{predictor}/predictions`. */
function sections(): Map<string, string> {
  const parts = page.split(/^###? /m).slice(1);
  return new Map(
    parts
      .map((part): [string, string] => [part.split('\n', 1)[0]?.replaceAll('`', '') ?? '', part])
      .filter(([heading]) => /^(?:GET|POST|PUT|DELETE) \//.test(heading)),
  );
}

describe('docs/reference/http.md', () => {
  test('has a section for every call of the OpenAPI document, and for no other', () => {
    expect([...sections().keys()].sort()).toEqual([...calls].sort());
  });

  test('its table names every call', () => {
    const linked = [...page.matchAll(/\[`((?:GET|POST|PUT|DELETE) \/[^`]*)`\]\(#/g)].map(([, call]) => call);
    expect(calls.filter((call) => !linked.includes(call))).toEqual([]);
  });

  test('every section shows a request and its answer', () => {
    const without = [...sections()].filter(
      ([, text]) => !/```sh\ncurl [\s\S]*?```[\s\S]*?```(?:json|text)\n/.test(text),
    );
    expect(without.map(([call]) => call)).toEqual([]);
  });

  test('the request of a section is that call', () => {
    const others = [...sections()].filter(([call, text]) => {
      const [method = '', route = ''] = call.split(' ');
      const request = /```sh\n(curl [\s\S]*?)```/.exec(text)?.[1] ?? '';
      const url = /https?:\/\/[^\s'"/]+(\/[^\s'"?]*)/.exec(request)?.[1] ?? '';
      const pattern = new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
      const sent = /-X (\w+)/.exec(request)?.[1] ?? (/ -d | --data/.test(request) ? 'POST' : 'GET');
      return !pattern.test(url) || sent !== method;
    });
    expect(others.map(([call]) => call)).toEqual([]);
  });

  test('every JSON block is JSON', () => {
    const blocks = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    expect(blocks.length).toBeGreaterThan(15);
    for (const block of blocks) expect(() => JSON.parse(block)).not.toThrow();
  });

  test('every code that it names is one that is answered', () => {
    const named = [...page.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, code = '']) => code);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
  });
});
