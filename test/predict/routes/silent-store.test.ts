import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { pointerKey } from '../../../services/model-store/index.ts';
import { buildApp } from '../../../services/predict/service/app.ts';
import { Champions } from '../../../services/serving/champions.ts';
import { SlowStore } from '../../serving/slow-store.ts';
import { PATIENT } from '../../support/patience.ts';
import { until } from '../../support/until.ts';
import { startService, type TestService, trainedSearches } from '../support/service.ts';

let service: TestService;
let slow: SlowStore;
let app: FastifyInstance;
const logged: string[] = [];
beforeAll(async () => {
  service = await startService();
  await trainedSearches(service);
});
beforeEach(() => {
  slow = new SlowStore(service.store);
  logged.length = 0;
  app = buildApp({
    database: service.database,
    store: slow,
    champions: new Champions({ store: slow }),
    settings: { ...PATIENT, storeTimeout: 200 },
    log: { error: (message, error) => logged.push(`${message}: ${error}`) },
  });
  slow.hold(pointerKey('searches'));
});
afterEach(async () => {
  slow.release();
  await slow.idle();
  await app.close();
});
afterAll(() => service.stop());

describe('a store that takes a call and never answers', () => {
  test.each(['/predictors/searches', '/predictors/searches/retrainings'])(
    'does not keep GET %s from its answer, and is complained of',
    async (url) => {
      const { statusCode } = await app.inject({ method: 'GET', url });
      expect(statusCode).toBe(200);
      expect(slow.waiting).toBeGreaterThan(0);
      expect(logged).toEqual([expect.stringContaining('did not answer within 200 ms')]);
    },
  );

  test('has a promotion answered with 503 in time; it stands, and the same again finishes it', async () => {
    const promote = () =>
      app.inject({ method: 'PUT', url: '/predictors/searches/champion', payload: { model: 1 } });
    const late = await promote();
    expect([late.statusCode, late.json().code]).toEqual([503, 'model_store_unavailable']);
    expect(late.headers['retry-after']).toBe('2');
    slow.release();
    await slow.idle();
    await until('it is finished', async () => (await promote()).statusCode === 200);
  });
});
