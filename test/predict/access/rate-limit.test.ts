import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { addressOf } from '../../../services/predict/access/address.ts';
import { RateLimit } from '../../../services/predict/access/rate-limit.ts';
import { type KeyedService, startKeyedService } from './keyed-service.ts';

describe('a bucket', () => {
  test('gives its burst at once, then as many a second as it is made for', () => {
    const limit = new RateLimit(10, 20);
    const at = (now: number) =>
      Array.from({ length: 30 }, () => limit.take('a', now)).filter((ms) => ms === 0).length;
    expect(at(0)).toBe(20);
    expect(at(0)).toBe(0);
    expect(at(500)).toBe(5);
    expect(at(1_500)).toBe(10);
    expect(at(3_600_000)).toBe(20);
  });

  test('says how long it takes until there is something in it again', () => {
    const limit = new RateLimit(2, 1);
    expect([limit.take('a', 0), limit.take('a', 0), limit.take('a', 400), limit.take('a', 500)]).toEqual([
      0, 500, 100, 0,
    ]);
  });

  test('is one for each name', () => {
    const limit = new RateLimit(1, 1);
    expect([limit.take('a', 0), limit.take('b', 0), limit.take('a', 0)]).toEqual([0, 0, 1_000]);
  });

  test("is forgotten when ten thousand others were used since, which were none of a flood's own", () => {
    const limit = new RateLimit(1, 1);
    limit.take('first', 0);
    for (let n = 0; n < 9_999; n++) limit.take(`n${n}`, 0);
    expect(limit.take('first', 0)).toBeGreaterThan(0);
    for (let n = 0; n < 10_000; n++) limit.take(`m${n}`, 0);
    expect(limit.take('first', 0)).toBe(0);
  });
});

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '::ffff:10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::', 'fe80:0:0:0'],
])('%s counts as %s', (ip, counted) => {
  expect(addressOf(ip)).toBe(counted);
});

describe('a server with a limit', () => {
  let keyed: KeyedService;
  let key: string;
  beforeAll(async () => {
    // Four at once for a key, one for an address; hardly any more while the test runs, on any machine.
    keyed = await startKeyedService({}, { rateLimit: 2 });
    key = await keyed.add('read');
    await keyed.add('admin');
  });
  afterAll(() => keyed.stop());

  const ask = async (path: string, brings: string | null) => {
    const headers: Record<string, string> = brings === null ? {} : { 'x-api-key': brings };
    const response = await fetch(`${keyed.url}${path}`, { headers });
    return {
      status: response.status,
      text: await response.text(),
      after: response.headers.get('retry-after'),
    };
  };

  test('a flood of wrong keys is cut off, and stops neither a key in force nor the question whether it lives', async () => {
    const flood = await Promise.all(Array.from({ length: 40 }, () => ask('/predictors', 'sesame')));
    const statuses = flood.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeGreaterThanOrEqual(1);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(30);
    const [cut] = flood.filter(({ status }) => status === 429);
    expect(JSON.parse(cut?.text ?? '')).toMatchObject({ code: 'rate_limited' });
    expect(Number(cut?.after)).toBeGreaterThanOrEqual(1);
    expect((await ask('/predictors', key)).status).toBe(200);
    expect((await ask('/health', null)).status).toBe(200);
    expect((await ask('/openapi.json', null)).status).toBe(429);
    expect((await ask('/nowhere', null)).status).toBe(429);
  });

  test('a key that asks too often is told when to come again', async () => {
    const flood = await Promise.all(Array.from({ length: 60 }, () => ask('/predictors', key)));
    const cut = flood.filter(({ status }) => status === 429);
    expect(cut.length).toBeGreaterThan(20);
    expect(cut[0]?.after).toBe('1');
  });
});
