import { sql, type Transaction } from 'kysely';
import { readSql } from './sql-files.ts';
import { splitStatements } from './statements.ts';
import type { Tables } from './tables.ts';

/** Aurora has the extension; elsewhere functions of the same signature notify a local runtime. */
export async function provideAwsLambda(transaction: Transaction<Tables>): Promise<void> {
  const { rows } = await sql<{ installed: boolean }>`
    select installed_version is not null as installed
    from pg_available_extensions where name = 'aws_lambda'`.execute(transaction);
  const [extension] = rows;
  if (extension?.installed === true) return;
  const statements =
    extension === undefined
      ? splitStatements(await readSql('./local/aws_lambda.sql'))
      : ['create extension if not exists aws_lambda cascade'];
  for (const statement of statements) await sql.raw(statement).execute(transaction);
}
