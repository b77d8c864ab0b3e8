import { RDSDataClient } from '@aws-sdk/client-rds-data';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createDataApiClient } from '../../../database/data-api/index.ts';
import { isUnavailable } from '../../../database/errors.ts';
import { type BothDrivers, CREDENTIALS, startBothDrivers } from './fixture.ts';

let both: BothDrivers;
beforeAll(async () => {
  both = await startBothDrivers();
  await sql`create table written (value integer)`.execute(both.direct);
});
afterAll(() => both.close());
afterEach(() => {
  both.api.resume();
  both.api.accept();
  both.api.delay(0);
});

const write = (db: BothDrivers['dataApi']) => sql`insert into written values (1)`.execute(db);
const written = async () => {
  const { rows } = await sql`select count(*)::integer as n from written`.execute(both.direct);
  return rows;
};

describe('a database that was paused', () => {
  test('is waited for within the budget, and the statement is carried out once', async () => {
    await sql`truncate written`.execute(both.direct);
    both.api.pause(600);
    await write(both.open({ resumeBudget: 30_000 }));
    expect(await written()).toEqual([{ n: 1 }]);
  });

  test('is waited for by a transaction too', async () => {
    both.api.pause(300);
    const patient = both.open({ resumeBudget: 30_000 });
    await patient.transaction().execute((transaction) => write(transaction));
  });

  test('is not waited for without a budget', async () => {
    both.api.pause();
    const calls = both.api.calls.Execute ?? 0;
    const error = await write(both.dataApi).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'data_api_resuming', begun: 'no' });
    expect(isUnavailable(error)).toBe(true);
    expect(both.api.calls.Execute).toBe(calls + 1);
  });

  test('is given up when the budget is spent', async () => {
    both.api.pause();
    const calls = both.api.calls.Execute ?? 0;
    await expect(write(both.open({ resumeBudget: 700 }))).rejects.toMatchObject({
      code: 'data_api_resuming',
    });
    expect(both.api.calls.Execute).toBeGreaterThan(calls + 1);
  });

  test('is given up when the time of the call is', async () => {
    both.api.pause();
    const bounded = both.open({ resumeBudget: 60_000, within: 400 });
    await expect(write(bounded)).rejects.toMatchObject({ code: 'data_api_timeout' });
  });
});

describe('a call that is known not to have begun', () => {
  test('is tried again when the API throttled it', async () => {
    both.api.refuse('ThrottlingException', 'Rate exceeded', 2);
    await write(both.open({ resumeBudget: 30_000 }));
  });
});

describe('a statement whose fate is unknown', () => {
  const clients = {
    'our own client': () =>
      createDataApiClient({ endpoint: both.api.endpoint, region: 'x', credentials: CREDENTIALS }),
    'a client that would try again': () =>
      new RDSDataClient({
        endpoint: both.api.endpoint,
        region: 'x',
        credentials: CREDENTIALS,
        maxAttempts: 4,
      }),
  };

  test.each(Object.entries(clients))(
    'is never sent twice by %s, though its answer is lost',
    async (_, open) => {
      await sql`truncate written`.execute(both.direct);
      const client = open();
      const db = both.open({ client, resumeBudget: 30_000 });
      const calls = both.api.calls.Execute ?? 0;
      both.api.dropAnswers(1);
      await expect(write(db)).rejects.toMatchObject({ code: 'data_api_unavailable', begun: 'unknown' });
      expect(await written()).toEqual([{ n: 1 }]);
      expect(both.api.calls.Execute).toBe(calls + 1);
      client.destroy();
    },
  );

  test('is not sent again after a 500 or a 503', async () => {
    const db = both.open({ resumeBudget: 30_000 });
    for (const type of ['InternalServerErrorException', 'ServiceUnavailableError']) {
      const calls = both.api.calls.Execute ?? 0;
      both.api.refuse(type, 'oh', 1);
      await expect(write(db)).rejects.toMatchObject({ code: 'data_api_unavailable', begun: 'unknown' });
      expect(both.api.calls.Execute).toBe(calls + 1);
    }
  });
});

describe('a call that takes too long', () => {
  test('ends in its time, before the answer comes', async () => {
    both.api.delay(600);
    await expect(write(both.open({ within: 200 }))).rejects.toMatchObject({
      code: 'data_api_timeout',
      begun: 'unknown',
    });
  });

  test("ends when the client's own time for an answer is over", async () => {
    both.api.delay(600);
    const client = createDataApiClient({
      endpoint: both.api.endpoint,
      region: 'x',
      credentials: CREDENTIALS,
      requestTimeout: 200,
    });
    await expect(write(both.open({ client }))).rejects.toMatchObject({ code: 'data_api_timeout' });
    client.destroy();
  });
});
