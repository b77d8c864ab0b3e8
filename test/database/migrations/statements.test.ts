import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type pg from 'pg';
import { readMigrations } from '../../../database/migration-files.ts';
import { describeSchema } from '../../../database/schema/describe.ts';
import { readSql } from '../../../database/sql-files.ts';
import { splitStatements } from '../../../database/statements.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';

let place: FreshDatabase;
beforeAll(async () => {
  place = await freshDatabase();
});
afterAll(() => place.drop());

/** What PostgreSQL answers to the text in one message: the first column of each statement's first row. */
async function answers(client: pg.Client, text: string): Promise<unknown[]> {
  const result: unknown = await client.query(text);
  return [result].flat().map((one) => Object.values((one as pg.QueryResult).rows[0] ?? {})[0]);
}

describe('a text of SQL is divided into its statements', () => {
  test.each([
    ['by semicolons, the last of which may be missing', 'select 1; select 2', ['select 1', 'select 2']],
    ['and what is empty is none', ' ;; select 1;\n-- the end;\n/* ; */ ;', ['select 1']],
    ['with the comments before them', '-- one; two\nselect 1;', ['-- one; two\nselect 1']],
    ['not inside of comments that nest', 'select 1 /* a; /* b; */ c; */ ; select 2', 2],
    ['not inside of strings, whose quotes are doubled', "select 'a;''b;'; select 'c'", 2],
    ['a backslash is a letter of a string', "select '\\'; select 'b'", 2],
    ['but escapes where an E stands before it', "select E'\\';a'; select e'b\\\\'; select 3", 3],
    ['also where such a string goes on below', "select E'a' -- b';\n  '\\';c'; select 2", 2],
    ['an E that ends a name is none', "select * from rate'\\'; select 2", 2],
    ['not inside of quoted names', 'select 1 as "a;""b;"; select 2', 2],
    ['not inside of dollar quotes', 'select $$a;b$$; select $x$ ; $$ ; $y$ ; $x$; select 3', 3],
    ['a dollar in a name begins no quote', 'select 1 as a$b$; select 2 as c$b$', 2],
    ['nor do parameters', 'select $1; select $2', 2],
    ['a tag may have letters beyond ASCII', 'select $ä$ ; $ä$; select 2', 2],
    ['not inside of parentheses', 'create rule r as on insert to t do (select 1; select 2); select 3', 2],
    [
      'not inside of a body of statements',
      'create or replace function f() returns int begin atomic; select case when true then 1 end; select 2; end; select 3',
      2,
    ],
    ['a transaction begins no body', 'begin; select 1; end', 3],
    ['what has no end is left whole', "select 1; select 'a; b", 2],
    ['U+2028 ends no comment', 'select 1 -- a\u2028; b\n; select 2', 2],
  ])('%s', (_, text, expected) => {
    const statements = splitStatements(text);
    expect(typeof expected === 'number' ? statements.length : statements).toEqual(expected);
  });

  test('a long line of dashes behind an E-string takes no time', () => {
    // Looked at again from each of them, they would take minutes.
    const text = `select E'a' ${'-'.repeat(500_000)}\n; select 2`;
    const { user } = process.cpuUsage();
    expect(splitStatements(text)).toHaveLength(2);
    expect(process.cpuUsage().user - user).toBeLessThan(5_000_000); // in microseconds
  });
});

/** Pieces of every kind of token that may hide a semicolon, or the end of another. */
const awkward = fc
  .array(
    fc.constantFrom(
      ';',
      "''",
      '\\',
      '$',
      '$$',
      '$a$',
      '$b',
      'E',
      '"',
      '--',
      '/*',
      '*/',
      '\n',
      ' ',
      'x',
      'ä',
      '(',
      ')',
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(''));
const plain = awkward.map((text) => `'${text}'`);
const escaping = awkward.map((text) => `E'${text.replaceAll('\\', '\\\\')}\\';'`);
const continued = awkward.map((text) => `E'a' -- ';\n '\\';${text.replaceAll('\\', "\\'")}'`);
const dollars = fc
  .tuple(awkward, fc.constantFrom('', 'q', 'ü1', '_'))
  .map(([text, tag]) => `$${tag}$${text.replaceAll('$', '.')}$${tag}$`);
const comment = awkward.map((text) => `/*${text.replaceAll(/[*/]/g, '/* ; */')}*/`);
const line = awkward.map((text) => `--${text.replaceAll('\n', ';')}\n`);
const blank = fc.oneof(fc.constantFrom(' ', '\n', '\t\f'), comment, line);
const name = awkward.map((text) => `as "${text.replaceAll('"', '""')}."`);
const statement = fc
  .tuple(blank, fc.oneof(plain, escaping, continued, dollars), blank, fc.option(name, { nil: '' }), blank)
  .map(
    ([before, value, between, as, after]) => `${before}select ${before}${value}::text${between}${as}${after}`,
  );

describe('dividing does what PostgreSQL itself does', () => {
  test('with statements full of what is not to be taken at its word', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 5 }), async (statements) => {
        const text = statements.join(';');
        const parts = splitStatements(text);
        expect(parts).toEqual(statements.map((one) => one.replace(/^[ \t\n\f]+|[ \t\n\f]+$/g, '')));
        const one: unknown[] = [];
        for (const part of parts) one.push(...(await answers(place.client, part)));
        expect(one).toEqual(await answers(place.client, text));
      }),
      { numRuns: 300 },
    );
  });

  test('with our own migrations: statement by statement, and file by file, they make one schema', async () => {
    const other = await freshDatabase();
    const texts = [await readSql('./ledger.sql'), ...(await readMigrations()).map(({ sql }) => sql)];
    for (const text of texts) {
      await other.client.query(text);
      for (const one of splitStatements(text))
        expect(await place.client.query(one)).not.toBeInstanceOf(Array);
    }
    expect(await describeSchema(place.connectionString)).toBe(await describeSchema(other.connectionString));
    await other.drop();
  });
});

test('dividing any text at all ends, and loses nothing but what stands between statements', () => {
  fc.assert(
    fc.property(fc.oneof(awkward, fc.string({ unit: 'binary' })), (text) => {
      let from = 0;
      for (const one of splitStatements(text)) {
        const at = text.indexOf(one, from);
        expect(at).toBeGreaterThanOrEqual(from);
        from = at + one.length;
      }
    }),
  );
});
