import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AbortedTransactionError, sql } from 'kysely';
import { until } from '../../support/until.ts';
import { type BothDrivers, startBothDrivers } from './fixture.ts';

let both: BothDrivers;
beforeAll(async () => {
  both = await startBothDrivers();
  await sql`create table kept (value text primary key)`.execute(both.direct);
});
afterAll(() => both.close());
beforeEach(async () => {
  await sql`truncate kept`.execute(both.direct);
});

const kept = async () =>
  (await both.direct.selectFrom('kept').select('value').orderBy('value').execute()).map(({ value }) => value);

describe('a transaction', () => {
  test('commits all of it', async () => {
    await both.dataApi.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('kept')
        .values([{ value: 'a' }, { value: 'b' }])
        .execute();
      expect(await kept()).toEqual([]);
    });
    expect(await kept()).toEqual(['a', 'b']);
    expect(both.api.openTransactions).toBe(0);
  });

  test('that fails leaves nothing, and says why', async () => {
    const failing = both.dataApi.transaction().execute(async (transaction) => {
      await transaction.insertInto('kept').values({ value: 'a' }).execute();
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await kept()).toEqual([]);
    expect(both.api.openTransactions).toBe(0);
  });

  test('is at the isolation level that it was asked for', async () => {
    for (const level of ['repeatable read', 'serializable', 'read committed'] as const) {
      const { rows } = await both.dataApi
        .transaction()
        .setIsolationLevel(level)
        .execute((transaction) =>
          sql`select current_setting('transaction_isolation') as level`.execute(transaction),
        );
      expect(rows).toEqual([{ level }]);
    }
  });

  test('that is read only refuses to write', async () => {
    const writing = both.dataApi
      .transaction()
      .setAccessMode('read only')
      .execute((transaction) => transaction.insertInto('kept').values({ value: 'a' }).execute());
    await expect(writing).rejects.toMatchObject({ code: '25006' });
  });

  test('that cannot begin as asked leaves none open', async () => {
    const never = both.dataApi
      .transaction()
      .setIsolationLevel('snapshot')
      .execute(async () => {});
    await expect(never).rejects.toMatchObject({ code: '42601' });
    expect(both.api.openTransactions).toBe(0);
  });

  test('beside others is independent of them, and of statements outside', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        both.dataApi
          .transaction()
          .execute(async (transaction) => {
            await transaction
              .insertInto('kept')
              .values({ value: `inside ${index}` })
              .execute();
            await both.dataApi
              .insertInto('kept')
              .values({ value: `outside ${index}` })
              .execute();
            if (index % 2 === 1) throw new Error('odd');
          })
          .catch(() => {}),
      ),
    );
    const values = await kept();
    expect(values.filter((value) => String(value).startsWith('outside'))).toHaveLength(12);
    expect(values.filter((value) => String(value).startsWith('inside'))).toHaveLength(6);
  });

  test('after one that failed begins anew: an id that ended is never used again', async () => {
    await both.dataApi
      .transaction()
      .execute(() => Promise.reject(new Error('no')))
      .catch(() => {});
    await both.dataApi.insertInto('kept').values({ value: 'alone' }).execute();
    await both.dataApi
      .transaction()
      .execute((transaction) => transaction.insertInto('kept').values({ value: 'next' }).execute());
    expect(await kept()).toEqual(['alone', 'next']);
  });

  test('in which an error was swallowed does not pretend to commit', async () => {
    const pretending = both.dataApi.transaction().execute(async (transaction) => {
      await transaction.insertInto('kept').values({ value: 'a' }).execute();
      await sql`select 1 / 0`.execute(transaction).catch(() => {});
    });
    await expect(pretending).rejects.toBeInstanceOf(AbortedTransactionError);
    expect(await kept()).toEqual([]);
  });

  test('may be ended by hand, once', async () => {
    const transaction = await both.dataApi.startTransaction().execute();
    await transaction.insertInto('kept').values({ value: 'a' }).execute();
    await transaction.rollback().execute();
    await expect(transaction.insertInto('kept').values({ value: 'b' }).execute()).rejects.toThrow();
    expect(await kept()).toEqual([]);
  });

  test('goes back to a savepoint and keeps what came before', async () => {
    const transaction = await both.dataApi.startTransaction().execute();
    await transaction.insertInto('kept').values({ value: 'before' }).execute();
    const after = await transaction.savepoint('half "way"').execute();
    await after.insertInto('kept').values({ value: 'after' }).execute();
    const back = await after.rollbackToSavepoint('half "way"').execute();
    await back.releaseSavepoint('half "way"').execute();
    await transaction.commit().execute();
    expect(await kept()).toEqual(['before']);
  });

  test('whose commit is cut off says that nobody knows', async () => {
    const cut = both.dataApi.transaction().execute(async (transaction) => {
      await transaction.insertInto('kept').values({ value: 'a' }).execute();
      both.api.dropAnswers(1);
    });
    await expect(cut).rejects.toMatchObject({ code: 'data_api_unavailable', begun: 'unknown' });
    expect(await kept()).toEqual(['a']);
  });

  test('that is given up while a statement runs is rolled back as soon as that ends', async () => {
    const bounded = both.open({ within: 250 });
    const late = bounded.transaction().execute(async (transaction) => {
      await transaction.insertInto('kept').values({ value: 'a' }).execute();
      await sql`select 1 from pg_sleep(0.6)`.execute(transaction);
    });
    await expect(late).rejects.toMatchObject({ code: 'data_api_timeout' });
    expect(await kept()).toEqual([]);
    expect(both.api.openTransactions).toBe(0);
  });
});

describe('where an error only aborts the transaction, as in PostgreSQL itself', () => {
  test('one goes back to a savepoint after it', async () => {
    const lenient = await startBothDrivers({ errorsEndTransactions: false });
    try {
      await sql`create table kept (value text primary key)`.execute(lenient.direct);
      const transaction = await lenient.dataApi.startTransaction().execute();
      await transaction.insertInto('kept').values({ value: 'a' }).execute();
      const half = await transaction.savepoint('half').execute();
      await expect(half.insertInto('kept').values({ value: 'a' }).execute()).rejects.toMatchObject({
        code: '23505',
      });
      await half.rollbackToSavepoint('half').execute();
      await transaction.commit().execute();
      expect(await lenient.direct.selectFrom('kept').selectAll().execute()).toEqual([{ value: 'a' }]);
    } finally {
      await lenient.close();
    }
  });
});

describe('a transaction that waited too long between two statements', () => {
  test('is lost, says so, and keeps nothing', async () => {
    const hasty = await startBothDrivers({ transactionIdle: 300 });
    try {
      await sql`create table kept (value text primary key)`.execute(hasty.direct);
      const slow = hasty.dataApi.transaction().execute(async (transaction) => {
        await transaction.insertInto('kept').values({ value: 'a' }).execute();
        await until('the transaction has ended', () => hasty.api.openTransactions === 0);
        await transaction.insertInto('kept').values({ value: 'b' }).execute();
      });
      await expect(slow).rejects.toMatchObject({ code: 'data_api_transaction_lost', begun: 'no' });
      expect(await hasty.direct.selectFrom('kept').selectAll().execute()).toEqual([]);
    } finally {
      await hasty.close();
    }
  });
});
