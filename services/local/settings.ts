import path from 'node:path';
import { parseArgs } from 'node:util';
import { isLoopback } from '../predict/access/loopback.ts';
import { Environment } from '../settings/environment.ts';
import { RATE_LIMIT, readTraffic } from '../settings/traffic.ts';
import { VARIABLES } from '../settings/variables.ts';
import { SettingsError, systemCode } from './local.error.ts';

/** How to run all of it on this machine. */
export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** The data folder, absolute. */
  readonly data: string;
  /** Without the example predictor. */
  readonly empty: boolean;
  /** A PostgreSQL of the user's own; null for the embedded one. */
  readonly databaseUrl: string | null;
  /** An admin key to register: the way back in for whoever lost theirs. */
  readonly adminKey: string | null;
  /** A file that holds one, absolute; it is written where it is missing. */
  readonly adminKeyFile: string | null;
  /** Requests a second for one key; 0 for no limit, as on loopback. */
  readonly rateLimit: number;
  /** Origins whose pages may call from a browser. */
  readonly corsOrigins: readonly string[];
}

export const USAGE = `npm start -- [--port N] [--data DIR] [--host H] [--empty]

  --port N    where to listen; 0 picks a free port (3000; HUNDREDFOLD_PORT)
  --data DIR  the folder that holds everything (.hundredfold; HUNDREDFOLD_DATA)
  --host H    the address to listen on; beyond loopback only with API keys (127.0.0.1; HUNDREDFOLD_HOST)
  --empty     do not apply and train the example predictor
  --help      this text

HUNDREDFOLD_DATABASE_URL uses a PostgreSQL 16 or later of your own in place of the embedded one,
HUNDREDFOLD_ADMIN_KEY or HUNDREDFOLD_ADMIN_KEY_FILE registers an admin key, HUNDREDFOLD_RATE_LIMIT and HUNDREDFOLD_CORS_ORIGINS limit and allow callers.`;

const FLAGS = {
  port: { type: 'string' },
  data: { type: 'string' },
  host: { type: 'string' },
  empty: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/**
 * The settings that flags (`process.argv.slice(2)`) and environment give; a flag wins over its variable, and an empty
 * variable counts as none. `folder` is what a relative data folder is relative to. 'help' when help is asked for.
 * @throws SettingsError setting_unknown, setting_invalid, each naming the flag or the variable;
 * EnvironmentError
 */
export function readSettings(
  flags: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Settings | 'help' {
  const given = parsed(flags);
  if (given.help === true) return 'help';
  const choose = (flag: 'port' | 'data' | 'host', otherwise: string): Given => {
    const variable = `HUNDREDFOLD_${flag.toUpperCase()}`;
    if (given[flag] !== undefined) return { name: `--${flag}`, value: given[flag] };
    return { name: variable, value: environment[variable] || otherwise };
  };
  const host = hostOf(choose('host', '127.0.0.1'));
  const variables = new Environment(environment);
  const traffic = readTraffic(variables, isLoopback(host) ? 0 : RATE_LIMIT);
  variables.check();
  const keyFile = variables.optional(VARIABLES.adminKeyFile);
  return Object.freeze({
    host,
    port: portOf(choose('port', '3000')),
    data: path.resolve(folder, dataOf(choose('data', '.hundredfold'))),
    empty: given.empty === true,
    databaseUrl: databaseOf(environment.HUNDREDFOLD_DATABASE_URL || null),
    adminKey: variables.optional(VARIABLES.adminKey),
    adminKeyFile: keyFile === null ? null : path.resolve(folder, keyFile),
    ...traffic,
  });
}

interface Given {
  readonly name: string;
  readonly value: string;
}

function parsed(flags: readonly string[]) {
  try {
    return parseArgs({ args: [...flags], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.split('. ')[0] : String(cause);
    const unknown = systemCode(cause) !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE';
    throw new SettingsError(unknown ? 'setting_unknown' : 'setting_invalid', `${message}.\n\n${USAGE}`, {
      cause,
    });
  }
}

function portOf({ name, value }: Given): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new SettingsError('setting_invalid', `${name} is a number from 0 to 65535, not "${value}".`);
}

function dataOf({ name, value }: Given): string {
  if (value !== '' && !value.includes('\0')) return value;
  throw new SettingsError('setting_invalid', `${name} names a folder; it cannot be empty.`);
}

function hostOf({ name, value }: Given): string {
  const host = value.replace(/^\[(.*)\]$/, '$1');
  if (!/^[\w.:%-]+$/.test(host)) {
    throw new SettingsError('setting_invalid', `${name} is a host name or an address, not "${value}".`);
  }
  return host;
}

/** The value is not repeated in the message: it may hold a password. */
function databaseOf(value: string | null): string | null {
  if (value === null || /^postgres(ql)?:\/\/./.test(value)) return value;
  throw new SettingsError('setting_invalid', 'HUNDREDFOLD_DATABASE_URL begins with postgresql://');
}
