import { createHash } from 'node:crypto';
import { migrationNames, readSql } from './sql-files.ts';

/** One step from one schema to the next. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  /** Of the text with line feeds alone: a checkout with other line ends is the same migration. */
  readonly sha256: string;
}

/** The migrations in order. Throws when a file's name does not start with its number, or two share one. */
export async function readMigrations(): Promise<Migration[]> {
  const names = await migrationNames();
  return Promise.all(
    names.map(async (name, index) => {
      const id = Number(name.slice(0, 4));
      if (id !== index + 1) throw new Error(`migrations/${name}: expected number ${index + 1}`);
      return migration(id, name, await readSql(`./migrations/${name}`));
    }),
  );
}

/** A migration of this text. */
export function migration(id: number, name: string, sql: string): Migration {
  return { id, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
}
