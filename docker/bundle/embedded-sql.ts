import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

const REPLACED = /[\\/]database[\\/]sql-files\.ts$/;

/** Puts the texts of the SQL files in the place of `database/sql-files.ts`, which reads them beside itself. */
export const embeddedSql: Plugin = {
  name: 'embedded SQL',
  setup(build) {
    build.onLoad({ filter: REPLACED }, async ({ path: file }) => {
      const folder = path.dirname(file);
      const migrations = (await readdir(path.join(folder, 'migrations'))).filter(isSql).sort();
      const names = ['ledger.sql', 'local/aws_lambda.sql', ...migrations.map((name) => `migrations/${name}`)];
      const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
      const embedded = Object.fromEntries(
        names.map((name, index) => [`./${name}`, texts[index]?.replaceAll('\r\n', '\n')]),
      );
      return { loader: 'ts', contents: replacement(embedded, migrations), watchFiles: [file] };
    });
  },
};

function isSql(name: string): boolean {
  return name.endsWith('.sql');
}

function replacement(texts: object, migrations: readonly string[]): string {
  return `
    const TEXTS: Readonly<Record<string, string>> = ${JSON.stringify(texts)};
    export async function migrationNames(): Promise<string[]> {
      return ${JSON.stringify(migrations)};
    }
    export async function readSql(path: string): Promise<string> {
      const text = TEXTS[path];
      if (text === undefined) throw new Error(path + ' is not in this bundle');
      return text;
    }`;
}
