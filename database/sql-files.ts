import { readdir, readFile } from 'node:fs/promises';

// A bundle has no folder beside it: there, docker/bundle/embedded-sql.ts puts the texts in this file's place.

/** The names of the migrations' files, in order. */
export async function migrationNames(): Promise<string[]> {
  const names = await readdir(new URL('./migrations/', import.meta.url));
  return names.filter((name) => name.endsWith('.sql')).sort();
}

/** An SQL file of this folder, by its relative path: `./ledger.sql`. Line ends are line feeds. */
export async function readSql(path: string): Promise<string> {
  return (await readFile(new URL(path, import.meta.url), 'utf8')).replaceAll('\r\n', '\n');
}
