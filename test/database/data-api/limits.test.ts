import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { asJsonb } from '../../../database/data-api/index.ts';
import { type BothDrivers, startBothDrivers } from './fixture.ts';

let both: BothDrivers;
beforeAll(async () => {
  both = await startBothDrivers();
  await sql`create table wide as select n, repeat('x', 20000) as filling from generate_series(1, 100) n`.execute(
    both.direct,
  );
});
afterAll(() => both.close());

describe('what passes a limit of the API', () => {
  test('an answer over 1 MiB is refused by a name of its own', async () => {
    const all = both.dataApi.selectFrom('wide').selectAll().execute();
    await expect(all).rejects.toMatchObject({ name: 'DataApiTooLargeError', code: 'data_api_too_large' });
  });

  test('so is a row over 64 KB', async () => {
    const row = sql`select repeat('x', 65537) as filling`.execute(both.dataApi);
    await expect(row).rejects.toMatchObject({ code: 'data_api_too_large' });
    await sql`select repeat('x', 65536) as filling`.execute(both.dataApi);
  });

  test('and a request over 4 MiB', async () => {
    const request = sql`select length(${'x'.repeat(4 * 1_048_576)}::text)`.execute(both.dataApi);
    await expect(request).rejects.toMatchObject({ code: 'data_api_too_large' });
    const { rows } = await sql`select length(${'x'.repeat(4_100_000)}::text) as n`.execute(both.dataApi);
    expect(rows).toEqual([{ n: 4_100_000 }]);
  });
});

describe('a stream', () => {
  test('reads by pages what no single answer could hold', async () => {
    const seen: number[] = [];
    const fetches = both.api.calls.Execute ?? 0;
    for await (const { n } of both.dataApi
      .selectFrom('wide')
      .selectAll()
      .where('n', '>', 10)
      .orderBy('n')
      .stream(30)) {
      seen.push(Number(n));
    }
    expect(seen).toEqual(Array.from({ length: 90 }, (_, index) => index + 11));
    expect((both.api.calls.Execute ?? 0) - fetches).toBe(6);
    expect(both.api.openTransactions).toBe(0);
  });

  test('that is left early leaves nothing open', async () => {
    for await (const { n } of both.dataApi.selectFrom('wide').selectAll().stream(10)) {
      expect(n).toBe(1);
      break;
    }
    expect(both.api.openTransactions).toBe(0);
  });

  test('sees what its transaction did, and lets it go on', async () => {
    await both.dataApi.transaction().execute(async (transaction) => {
      await sql`create temporary table mine (value jsonb) on commit drop`.execute(transaction);
      await transaction
        .insertInto('mine')
        .values([{ value: asJsonb([1]) }, { value: asJsonb(null) }])
        .execute();
      const seen: unknown[] = [];
      for await (const { value } of transaction.selectFrom('mine').selectAll().stream(1)) seen.push(value);
      expect(seen).toEqual([[1], null]);
      await sql`select 1 as more`.execute(transaction);
    });
  });
});
