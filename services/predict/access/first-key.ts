import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, KeysInForce } from '../../../database/index.ts';
import { VARIABLES } from '../../settings/variables.ts';
import { AccessError } from './access.error.ts';
import { hashOf, newKey, parseKey } from './key.ts';

export interface FirstKey {
  /** The key itself. */
  readonly adminKey: string | null;
  /** A file that holds it, and is written with a new one where it is missing; looked at only without `adminKey`. */
  readonly adminKeyFile: string | null;
}

/**
 * Registers the admin key that a server is started with, so that its first start has one. A key that was revoked since
 * stays revoked. Returns the keys in force after that. @throws AccessError, DatabaseError
 */
export async function registerFirstKey(
  database: Pick<Database, 'keys'>,
  { adminKey, adminKeyFile }: FirstKey,
  report: (line: string) => void,
): Promise<KeysInForce> {
  if (adminKey !== null) await register(database, adminKey, VARIABLES.adminKey, report);
  else if (adminKeyFile !== null) {
    const text = await keyIn(adminKeyFile, report);
    if (text === '') throw empty(adminKeyFile);
    await register(database, text, adminKeyFile, report);
  }
  return database.keys.inForce();
}

async function register(
  database: Pick<Database, 'keys'>,
  text: string,
  from: string,
  report: (line: string) => void,
): Promise<void> {
  const key = parseKey(text);
  if (key === null) {
    throw new AccessError(
      'admin_key_invalid',
      `What ${from} holds is no key: one looks like hf_ID_SECRET and is made by this software alone, by \`hundredfold keys add admin\` or into the file that ${VARIABLES.adminKeyFile} names, where there is none.`,
    );
  }
  const sha256 = hashOf(key.secret).toString('hex');
  const shown = await database.keys.add({ id: key.id, role: 'admin', sha256 }, 'given at the start');
  if (shown === null) {
    throw new AccessError(
      'admin_key_invalid',
      `${from} holds the id of another key, ${key.id}, with another secret or role: give the key as it was shown.`,
    );
  }
  if (shown.revokedAt !== null) report(`The admin key ${key.id} of ${from} was revoked, and stays so.`);
}

/** The file goes first: a start that ends between the two leaves a key that the next one registers. */
async function keyIn(file: string, report: (line: string) => void): Promise<string> {
  const { key, stored } = newKey('admin');
  try {
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    report(`A new admin key, ${stored.id}, was written to ${file}.`);
    return key;
  } catch (cause) {
    if (!isPresent(cause)) throw unreadable('written', cause);
  }
  try {
    return await read(file);
  } catch (cause) {
    throw unreadable('read', cause);
  }
}

/** A file that is empty may be about to be written by a server that starts beside this one. */
async function read(file: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    const text = (await readFile(file, 'utf8')).trim();
    if (text !== '' || attempt === 20) return text;
    await sleep(50);
  }
}

/** As a start leaves it that was ended in the middle of writing it. */
function empty(file: string): AccessError {
  return new AccessError(
    'admin_key_invalid',
    `The file of the admin key, ${file}, is empty: remove it, and the next start writes a new key into it.`,
  );
}

function isPresent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST';
}

function unreadable(verb: string, cause: unknown): AccessError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AccessError('admin_key_unreadable', `The file of the admin key cannot be ${verb}: ${why}`, {
    cause,
  });
}
