import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { asArray, asJsonb, asType } from '../../../database/data-api/index.ts';
import { type BothDrivers, startBothDrivers } from './fixture.ts';

let both: BothDrivers;
beforeAll(async () => {
  both = await startBothDrivers();
  await sql`create table trip (place integer, value text)`.execute(both.direct);
});
afterAll(() => both.close());

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((value) => !value.includes('\0'));
const int8 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int4 = fc.integer();
// The stand-in's JSON has no minus zero.
const double = fc.double().filter((value) => !Object.is(value, -0));
const numeric = fc
  .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.nat({ max: 30 }))
  .map(([digits, places]) => `${digits}.${'7'.repeat(places)}0`);
const date = fc.date({
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});
const day = date.map((value) => value.toISOString().slice(0, 10));
const time = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }), fc.nat({ max: 59 }), fc.nat({ max: 999_999 }))
  .map(([h, m, s, us]) => `${two(h)}:${two(m)}:${two(s)}.${String(us).padStart(6, '0')}`);
const jsonValue = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !JSON.stringify(value).includes('\\u0000'))
  // PostgreSQL's numeric knows no minus zero.
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const bytes = fc.uint8Array({ maxLength: 60 }).map((value) => Buffer.from(value));

/** Every type that the API can give, what may be in it, and whether arrays of it can be had. */
const TYPES: readonly (readonly [string, fc.Arbitrary<unknown>, boolean])[] = [
  ['uuid', fc.uuid(), true],
  ['text', text, true],
  ['varchar', text, true],
  // `pg` leaves an array of names as text.
  ['name', fc.string({ unit: 'grapheme-ascii', maxLength: 20 }), false],
  ['char(12)', fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), true],
  ['boolean', fc.boolean(), true],
  ['smallint', fc.integer({ min: -32_768, max: 32_767 }), true],
  ['integer', int4, true],
  ['bigint', int8, false],
  ['numeric', numeric, false],
  ['real', double.map(Math.fround).filter((value) => !Object.is(value, -0)), false],
  ['double precision', double, true],
  ['timestamptz', date, false],
  ['timestamp', date, true],
  ['date', day, true],
  ['time', time, true],
  ['json', jsonValue.map((value) => JSON.stringify(value)), false],
  ['jsonb', jsonValue.map((value) => JSON.stringify(value)), false],
  ['bytea', bytes, false],
  ['inet', fc.ipV4(), false],
];

/** JSON's own null is read as null by both drivers, as an SQL null is. */
function isJson(type: string): boolean {
  return type === 'json' || type === 'jsonb';
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** The values sent by each driver and read by each: four results that must be one. */
async function fourWays(type: string, values: readonly unknown[]): Promise<unknown[][]> {
  const results: unknown[][] = [];
  for (const writer of [both.dataApi, both.direct]) {
    await sql`truncate trip`.execute(both.direct);
    const rows = values.map((value, place) => sql`(${place}::integer, (${asType(value, type)})::text)`);
    await sql`insert into trip values ${sql.join(rows)}`.execute(writer);
    for (const reader of [both.dataApi, both.direct]) {
      const read = await sql<{ value: unknown }>`
        select value::${sql.raw(type)} as value from trip order by place
      `.execute(reader);
      results.push(read.rows.map(({ value }) => value));
    }
  }
  return results;
}

describe('a value', () => {
  test.each(TYPES)(
    'of %s is the same over the Data API as over pg, written and read',
    async (type, values) => {
      const several = fc.array(fc.option(values, { freq: 8 }), { minLength: 5, maxLength: 25 });
      await fc.assert(
        fc.asyncProperty(several, async (sent) => {
          const [written, read, ...others] = await fourWays(type, sent);
          expect(written).toEqual(read);
          for (const other of others) expect(other).toEqual(read);
          const isNull = (value: unknown) => value === null || (isJson(type) && value === 'null');
          expect(written?.map((value) => value === null)).toEqual(sent.map(isNull));
        }),
        { numRuns: 4 },
      );
    },
  );

  test.each(['json', 'jsonb'])('of %s that is JSON null is kept apart from SQL null', async (type) => {
    for (const driver of [both.dataApi, both.direct]) {
      const { rows } = await sql`
        select value, value is null as missing
        from (values (1, ${asType('null', type)}), (2, ${asType(null, type)})) as trip (place, value) order by place
      `.execute(driver);
      expect(rows).toEqual([
        { value: null, missing: false },
        { value: null, missing: true },
      ]);
    }
  });

  test.each(TYPES.filter(([, , arrays]) => arrays))(
    'of an array of %s is the same',
    async (type, values) => {
      await fc.assert(
        fc.asyncProperty(fc.array(values, { maxLength: 5 }), async (value) => {
          const { rows } = await sql<{ value: unknown }>`select ${asArray(value, type)} as value`.execute(
            both.dataApi,
          );
          const direct = await sql<{ value: unknown }>`select ${asArray(value, type)} as value`.execute(
            both.direct,
          );
          expect(rows).toEqual(direct.rows);
        }),
        { numRuns: 8 },
      );
    },
    60_000,
  );
});

describe('a value without a type stated', () => {
  test.each([
    ['integer', int4],
    ['bigint', int8],
    ['numeric', double.filter((value) => Number.isFinite(value) && !Object.is(value, -0))],
    ['double precision', double],
    ['boolean', fc.boolean()],
    ['timestamptz', date],
    ['bytea', bytes],
    ['jsonb', fc.dictionary(fc.string({ maxLength: 5 }), fc.integer(), { noNullPrototype: true })],
    ['text', text],
  ] as const)(
    'goes into a column of %s through the query builder',
    async (type, values) => {
      const table = `untyped_${type.replace(' ', '_')}`;
      await sql`create table ${sql.id(table)} (id integer, value ${sql.raw(type)})`.execute(both.direct);
      let id = 0;
      await fc.assert(
        fc.asyncProperty(values as fc.Arbitrary<unknown>, async (value) => {
          const ours = ++id;
          const theirs = ++id;
          await both.dataApi.insertInto(table).values({ id: ours, value }).execute();
          await both.direct.insertInto(table).values({ id: theirs, value }).execute();
          const read = (db: typeof both.direct, which: number) =>
            db.selectFrom(table).select('value').where('id', '=', which).executeTakeFirst();
          const expected = await read(both.direct, theirs);
          expect(await read(both.direct, ours)).toEqual(expected);
          expect(await read(both.dataApi, ours)).toEqual(expected);
        }),
        { numRuns: 8 },
      );
    },
    60_000,
  );

  test.each([false, 0, '', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 1e300, 5e-324, 2n ** 80n])(
    '%p is kept as it is',
    async (value) => {
      const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'text' : 'float8';
      const { rows } = await sql<{ value: unknown }>`
        select ${value}::${sql.raw(type)} as value, (${sql.val(value)}) is null as missing
      `.execute(both.dataApi);
      expect(rows).toEqual([{ value: typeof value === 'bigint' ? Number(value) : value, missing: false }]);
    },
  );

  test('a minus zero keeps its sign', async () => {
    const { rows } = await sql`select (${sql.val(-0)})::text as value`.execute(both.dataApi);
    expect(rows).toEqual([{ value: '-0' }]);
  });

  test('an array or an object of JSON goes in whole with its type stated', async () => {
    for (const value of [[1, { a: [] }], 'text', null, { 'a:b': ':p0 and $1' }]) {
      const { rows } = await sql`select ${asJsonb(value)} as value`.execute(both.dataApi);
      expect(rows).toEqual([{ value }]);
    }
  });

  test('rows of a list are found by an array of ids', async () => {
    await sql`create table listed (id bigint, key uuid)`.execute(both.direct);
    const keys = ['6b3f5c1e-0000-4000-8000-000000000001', '6b3f5c1e-0000-4000-8000-000000000002'];
    await sql`insert into listed select * from unnest(${[1n, 2n ** 60n]}, ${asArray(keys, 'uuid')})`.execute(
      both.dataApi,
    );
    const { rows } =
      await sql`select id from listed where id = any(${[2n ** 60n, 5]}) and key = any(${keys}::uuid[])`.execute(
        both.dataApi,
      );
    expect(rows).toEqual([{ id: String(2n ** 60n) }]);
  });
});

describe('a result', () => {
  test('with two columns of one name has the last, as over pg', async () => {
    const query = sql`select 1 as a, 2 as a`;
    expect((await query.execute(both.dataApi)).rows).toEqual((await query.execute(both.direct)).rows);
  });

  test('of enums, of dates before Christ and of ranges cast to text is as over pg', async () => {
    await sql`create type mood as enum ('sad', 'happy')`.execute(both.direct);
    const query = sql`select 'sad'::mood as mood, '0044-03-15 12:00:00.5 BC'::timestamptz as ides,
      '12345-01-02'::date as far, '{[1,3)}'::int8multirange::text as ranges, null::date as none`;
    expect((await query.execute(both.dataApi)).rows).toEqual((await query.execute(both.direct)).rows);
  });

  test('with a bigint in an array whose digits the API cannot give is refused rather than wrong', async () => {
    const query = sql`select array[9007199254740993] as ids`;
    await expect(query.execute(both.dataApi)).rejects.toMatchObject({ code: 'data_api_value' });
  });
});
