import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Spool } from '../../../services/model-store/index.ts';
import { noMetrics } from '../../../services/observability/metrics.ts';
import { drainSpool } from '../../../services/recording/drain-spool.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { startService, type TestService, trainedSearches } from '../support/service.ts';

let place: TestDatabase;
let service: TestService;
let spool: Spool;
let client: pg.Client;
beforeAll(async () => {
  place = await createTestDatabase();
  service = await startService({ connectionString: place.connectionString });
  await trainedSearches(service);
  spool = new Spool(service.store);
  client = new pg.Client({ connectionString: place.connectionString });
  await client.connect();
  await client.query(`
    create table public.fault (state text);
    create function public.fail() returns trigger language plpgsql as $$
    declare v_state text := (select state from public.fault);
    begin
      if v_state is not null then raise exception 'as told' using errcode = v_state; end if;
      return new;
    end $$;
    create trigger fails before insert on hundredfold.predictions for each row execute function public.fail();
  `);
});
afterAll(async () => {
  await client.end();
  await service.stop();
  await place.drop();
});
afterEach(() => fail(null));

/** What every recording fails with from now on. */
async function fail(state: string | null): Promise<void> {
  await client.query('delete from public.fault');
  if (state !== null) await client.query('insert into public.fault values ($1)', [state]);
}

const predict = () => service.call('POST', '/predictors/searches/predictions', { query: 'labora' });
const stored = async (): Promise<number> =>
  (await service.call('GET', '/predictors/searches')).json.predictions;
const counts = async () => (await service.call('GET', '/spool')).json;
const ready = async () => (await service.call('GET', '/ready')).json;
const drain = () =>
  drainSpool({
    spool,
    predictions: service.database.predictions,
    metrics: noMetrics,
    log: { error: () => undefined },
  });

describe('a row that was answered', () => {
  test.each([
    ...['28P01', '3D000', '42501', '42P01', '0A000', '53200', '57014', '57P03', '25006', '40P01', '55P03'],
    ...['P0001', 'XX000', '21000', 'F0000'],
  ])('is never set aside for %s, and is recorded once after it', async (state) => {
    const before = await stored();
    await fail(state);
    const { status, json } = await predict();
    expect([status, json.recorded]).toEqual([201, 'deferred']);
    await expect(drain()).rejects.toMatchObject({ code: state });
    expect(await counts()).toEqual({ waiting: 1, aside: 0 });
    await fail(null);
    await until('recorded', async () => (await counts()).waiting === 0);
    expect([await counts(), await stored()]).toEqual([{ waiting: 0, aside: 0 }, before + 1]);
    // The service has found out that the database is back.
    await until('back', async () => (await predict()).json.recorded === true);
  });

  test.each(['22P02', '22021', '54000'])('fails alone for %s, which speaks of the row', async (state) => {
    await fail(state);
    expect((await predict()).status).toBe(500);
    expect(await counts()).toEqual({ waiting: 0, aside: 0 });
  });
});

describe('rows that were set aside', () => {
  test('are counted, put back, and recorded once, also where they are put back twice', async () => {
    await fail('57P03');
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await predict()).json.id);
    const before = await stored();
    for (const id of ids) await spool.setAside(id);
    expect(await counts()).toEqual({ waiting: 0, aside: 5 });
    expect((await service.call('GET', '/metrics')).text).toContain('hundredfold_spool_aside_objects');
    await fail(null);

    const first = await service.call('POST', '/spool/returns?limit=3');
    expect(first.json).toEqual({ returned: 3, stayed: 0, next: [...ids].sort()[2] });
    const second = await service.call('POST', `/spool/returns?limit=3&cursor=${first.json.next}`);
    expect(second.json).toEqual({ returned: 2, stayed: 0, next: null });
    await until('recorded', async () => (await counts()).waiting === 0);
    expect(await stored()).toBe(before + 5);

    // The same rows once more, as after a call that was repeated.
    const again = { predictorId: 1, predictor: 'searches', revision: 1, model: 1, answeredAt: 0 };
    for (const id of ids) {
      await spool.put({ ...again, id, inputs: { query: 'labora' }, answer: {} });
      await spool.setAside(id);
    }
    expect((await ready()).aside).toBe(5);
    expect((await ready()).problems.join()).toMatch(/set aside: 5; .*hundredfold spool return/);
    expect((await service.call('POST', '/spool/returns')).json.returned).toBe(5);
    await until('recorded again', async () => (await counts()).waiting === 0);
    expect([await counts(), await stored()]).toEqual([{ waiting: 0, aside: 0 }, before + 5]);
    for (const id of ids) {
      const { json } = await service.call('GET', `/predictions/${id}`);
      expect(json.suggestions.length).toBeGreaterThan(0);
    }
    expect(await ready()).toMatchObject({ aside: 0, problems: [] });
  });

  test('are set aside again where they cannot be recorded still', async () => {
    await fail('57P03');
    const { json } = await predict();
    await spool.setAside(json.id);
    await fail('22P02');
    expect((await service.call('POST', '/spool/returns')).json.returned).toBe(1);
    // On its way back it lies in both places for a moment.
    await until('set aside again', async () => {
      const { waiting, aside } = await counts();
      return waiting === 0 && aside === 1;
    });
    expect((await service.call('DELETE', `/predictions/${json.id}`)).status).toBe(404);
    expect(await counts()).toEqual({ waiting: 0, aside: 0 });
  });
});
