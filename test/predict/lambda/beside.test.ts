import { afterEach, describe, expect, test } from '@jest/globals';
import type { DirectoryStore, ObjectStore } from '../../../services/model-store/index.ts';
import { until } from '../../support/until.ts';
import { searches } from '../support/service.ts';
import {
  asked,
  type FunctionOptions,
  openTestFunction,
  type TestFunction,
  trainSearches,
} from './function.ts';

let lambda: TestFunction | null = null;

async function trained(options: FunctionOptions = {}): Promise<TestFunction> {
  lambda = await openTestFunction(options);
  await trainSearches(lambda);
  return lambda;
}
afterEach(() => lambda?.stop());

async function listed(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

describe('while the database sleeps', () => {
  test('an answer is deferred to the spool, and recorded by a later call', async () => {
    const { api, http, spool } = await trained();
    api.pause();
    const first = await http(asked('blood'));
    expect(first.json).toMatchObject({ predictor: 'searches', recorded: 'deferred' });
    const second = await http(asked('scan'));
    expect(second.json.recorded).toBe('deferred');
    expect(await listed(spool, 'spool/')).toHaveLength(2);
    // Awake again: a call finds out beside its own answer, and empties the spool before it ends. On a machine that is out
    // of breath the first ones may not wait long enough.
    api.resume();
    await until('the spool is empty', async () => {
      await http({ method: 'GET', path: '/predictors' });
      return (await listed(spool, 'spool/')).length === 0;
    });
    const third = await http(asked('urine'));
    expect(third.json.recorded).toBe(true);
    const { json } = await http({ method: 'GET', path: '/predictors/searches' });
    expect(json.predictions).toBe(3);
    expect((await http({ method: 'GET', path: `/predictions/${first.json.id}` })).statusCode).toBe(200);
  });

  test('other calls are told to come back, and do not wait for it', async () => {
    const { api, rest } = await trained();
    api.pause();
    const answer = await rest({ method: 'GET', path: '/predictors/searches' });
    expect([answer.statusCode, answer.json.code]).toEqual([503, 'database_unavailable']);
    expect(answer.headers['retry-after']).toBe('2');
  });
});

describe('before a call ends', () => {
  test('the retraining that its row brought about is on its way', async () => {
    const { rest, http, database, spool } = await trained();
    await database.retrainings.setTrainFunction('local');
    await http({
      method: 'PUT',
      path: '/predictors/searches',
      headers: [['content-type', 'application/json']],
      body: JSON.stringify({ ...searches, retraining: { every: 10 } }),
    });
    for (let n = 1; n < 10; n++) await rest(asked(`blood ${n}`));
    const before = await http({ method: 'GET', path: '/predictors/searches/retrainings' });
    const count = before.json.retrainings.length;
    await rest(asked('blood 10'));
    const { json } = await http({ method: 'GET', path: '/predictors/searches/retrainings' });
    expect(json.retrainings).toHaveLength(count + 1);
    expect(json.retrainings[0]).toMatchObject({ trigger: 'count', status: 'dispatched' });
    expect(await listed(spool, 'dispatch/')).toHaveLength(1);
  });

  test('that would outlast the function it is answered 504, and the function lives on', async () => {
    const { api, rest, event } = await trained();
    api.hang();
    const question = { method: 'GET', path: '/predictors/searches' };
    const answer = await rest(question, 1_400);
    expect([answer.statusCode, answer.json.code]).toEqual([504, 'answer_overdue']);
    api.release();
    expect((await rest(question)).statusCode).toBe(200);
    const next = await event({
      version: '2.0',
      rawPath: '/health',
      requestContext: { http: { method: 'GET' } },
    });
    expect(next.statusCode).toBe(200);
  });
});

describe('a champion that changed', () => {
  test('is served from the call after the one that looked', async () => {
    const { http, train } = await trained({ lookAfter: 0 });
    const rows = ['blood', 'labora', 'urine'].flatMap((word) =>
      Array.from({ length: 20 }, (_, n) => `,${word} new ${n},Laboratory`),
    );
    await http({
      method: 'POST',
      path: '/predictors/searches/examples',
      headers: [['content-type', 'text/csv']],
      body: ['age,query,service', ...rows].join('\n'),
    });
    await http({ method: 'POST', path: '/predictors/searches/retrainings' });
    await train();
    const { json } = await http({ method: 'GET', path: '/predictors/searches/models' });
    const made = json.models[0].model;
    if (json.models[0].status !== 'champion') {
      const body = JSON.stringify({ model: made });
      const headers = [['content-type', 'application/json']] as const;
      await http({ method: 'PUT', path: '/predictors/searches/champion', headers, body });
    }
    await http(asked('blood'));
    expect((await http(asked('blood'))).json.model).toBe(made);
  });

  test('is looked for beside the answers: a store that hangs keeps none of them', async () => {
    let hangs = false;
    const released = Promise.withResolvers<null>();
    const hanging = (store: DirectoryStore): ObjectStore => ({
      get: (key, condition) => (hangs ? released.promise : store.get(key, condition)),
      put: (...given) => store.put(...given),
      delete: (...given) => store.delete(...given),
      list: (prefix) => store.list(prefix),
    });
    const { http } = await trained({ lookAfter: 0, models: hanging });
    hangs = true;
    for (let n = 0; n < 4; n++) {
      expect((await http(asked(`scan ${n}`))).statusCode).toBe(201);
    }
    released.resolve(null);
  });
});
