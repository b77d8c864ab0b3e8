import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DirectoryStore, type ObjectStore, pointerKey, Spool } from '../../services/model-store/index.ts';
import { noMetrics } from '../../services/observability/metrics.ts';
import { DEFAULT_SETTINGS } from '../../services/predict/context/app.settings.ts';
import { buildApp } from '../../services/predict/service/app.ts';
import { Keeper } from '../../services/recording/keeper.ts';
import { Recorder } from '../../services/recording/recorder.ts';
import { Champions } from '../../services/serving/champions.ts';
import { row, Table } from '../recording/table.ts';
import { SlowStore } from '../serving/slow-store.ts';
import { temporaryFolder } from '../support/folder.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { took } from '../support/took.ts';
import {
  asked,
  type FunctionOptions,
  openTestFunction,
  type TestFunction,
  trainSearches,
} from './lambda/function.ts';
import { searches, startService, type TestService, trainedSearches } from './support/service.ts';

// What each answer is, the tests of its subject hold: here is how long it takes.

describe('an answer is kept', () => {
  const BUDGET = 400;
  const watch = { isAway: false, lost: () => undefined, answered: () => undefined };
  const recorderOf = (predictions: Table, patience: number) =>
    new Recorder({ predictions, patience, watch, metrics: noMetrics, onRecorded: () => undefined });

  async function keeping(spool: (folder: string) => Pick<Spool, 'put' | 'get'>): Promise<number> {
    const { path, remove } = await temporaryFolder();
    const table = new Table();
    const drain = {
      ...{ isSuspected: false, suspect: () => undefined, grown: () => undefined, poke: () => undefined },
    };
    const recorder = recorderOf(table, BUDGET * 0.6);
    const keeper = new Keeper({ recorder, spool: spool(path), drain, metrics: noMetrics, budget: BUDGET });
    table.hold();
    const { inputs, answer, ...rest } = row(crypto.randomUUID());
    const kept = { ...rest, predictor: 'searches', answeredAt: 0, inputs: {}, answer: {} };
    const milliseconds = await took(() => keeper.keep(kept, 1));
    table.release();
    await remove();
    return milliseconds;
  }

  test('within the budget, in the spool where the database does not answer', async () => {
    expect(await keeping((folder) => new Spool(new DirectoryStore(folder)))).toBeLessThan(BUDGET);
  });

  test('by nobody where neither answers, and that is said within twice the budget', async () => {
    const never = () => new Promise<never>(() => {});
    expect(await keeping(() => ({ put: never, get: never }))).toBeLessThan(2 * BUDGET + 60);
  });

  test('after a moment where fewer ask again than before', async () => {
    const recorder = recorderOf(new Table(), 1_000);
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => recorder.record(row(id), 1)));
    expect(await took(() => recorder.record(row('g'), 1))).toBeLessThan(900);
  });
});

describe.each(['asleep', 'refusing'] as const)('while the database is %s', (how) => {
  const labora = { query: 'labora' };
  const rows = '/predictors/searches/predictions';
  const key = (text: string) => ({ 'idempotency-key': text });
  let postgres: OwnPostgres;
  let service: TestService;
  beforeAll(async () => {
    postgres = await OwnPostgres.start();
    const { connectionString } = postgres;
    service = await startService({ connectionString, ...DEFAULT_SETTINGS, databaseTimeout: 1_500 });
    await trainedSearches(service);
    await (how === 'asleep' ? postgres.sleep() : postgres.refuse());
  }, 60_000);
  afterAll(async () => {
    await (how === 'asleep' ? postgres.wake() : postgres.start());
    await service.stop();
    await postgres.remove();
  }, 30_000);

  test('a row is answered within the budget, then in milliseconds', async () => {
    expect(await took(() => service.call('POST', rows, labora))).toBeLessThan(1_000);
    expect(await took(() => service.call('POST', rows, labora))).toBeLessThan(500);
  });

  test('suggestions are answered at once, with a key too', async () => {
    const url = '/predictors/searches/suggestions';
    expect(await took(() => service.call('POST', url, labora))).toBeLessThan(500);
    expect(await took(() => service.call('POST', url, labora, key('typed')))).toBeLessThan(1_000);
  });

  test('other calls are answered in time', async () => {
    const one = crypto.randomUUID();
    const calls: Parameters<TestService['call']>[] = [
      ['GET', '/predictors'],
      ['GET', '/predictors/searches/models'],
      ['PUT', '/predictors/searches', searches],
      ['POST', '/predictors/searches/retrainings', {}],
      ['GET', `/predictions/${one}`],
      ['PUT', `/predictions/${one}/label`, { label: 'Laboratory' }],
      ['DELETE', `/predictions/${one}`],
    ];
    const times = await Promise.all(calls.map((call) => took(() => service.call(...call))));
    expect(Math.max(...times)).toBeLessThan(4_000);
  });

  test('a refused row with a key is answered within the budget', async () => {
    expect(await took(() => service.call('POST', rows, { query: 5 }, key('refused')))).toBeLessThan(1_000);
  });
});

describe('a store that takes a call and never answers', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
    await trainedSearches(service);
  });
  afterAll(() => service.stop());

  test.each(['/predictors/searches', '/predictors/searches/retrainings'])(
    'does not keep GET %s from its answer',
    async (url) => {
      const store = new SlowStore(service.store);
      const { database } = service;
      const settings = { storeTimeout: 200 };
      const app = buildApp({ database, store, champions: new Champions({ store }), settings });
      store.hold(pointerKey('searches'));
      expect(await took(() => app.inject({ method: 'GET', url }))).toBeLessThan(3_000);
      store.release();
      await store.idle();
      await app.close();
    },
  );
});

describe('the predict function', () => {
  let lambda: TestFunction;
  const opened = async (options: FunctionOptions = {}) => {
    const { recordingBudget } = DEFAULT_SETTINGS;
    lambda = await openTestFunction({ recordingBudget, ...options });
    await trainSearches(lambda);
    return lambda;
  };

  test('answers in time while the database sleeps', async () => {
    const { api, http, rest, stop } = await opened();
    api.pause();
    expect(await took(() => http(asked('blood')))).toBeLessThan(1_500);
    expect(await took(() => rest({ method: 'GET', path: '/predictors/searches' }))).toBeLessThan(1_500);
    await stop();
  });

  test('answers before it would be stopped, a second of which it keeps for that', async () => {
    const { api, rest, stop } = await opened();
    api.hang();
    expect(await took(() => rest({ method: 'GET', path: '/predictors/searches' }, 1_400))).toBeLessThan(
      1_000,
    );
    api.release();
    await stop();
  });

  test('looks for a new champion beside its answers: a store that hangs holds none of them up for long', async () => {
    let hangs = false;
    const released = Promise.withResolvers<null>();
    const models = (store: DirectoryStore): ObjectStore => ({
      get: (...given) => (hangs ? released.promise : store.get(...given)),
      put: (...given) => store.put(...given),
      delete: (...given) => store.delete(...given),
      list: (prefix) => store.list(prefix),
    });
    const { http, stop } = await opened({ lookAfter: 0, models });
    hangs = true;
    for (let n = 0; n < 4; n++) expect(await took(() => http(asked(`scan ${n}`)))).toBeLessThan(3_000);
    released.resolve(null);
    await stop();
  });
});
