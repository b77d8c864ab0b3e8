import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { PostgresError, systemCode } from '../local.error.ts';

/** Who PostgreSQL runs as, when that is not ourselves. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where neither the cluster nor `/etc/passwd` names one: the number that every Linux gives to nobody. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * The account for the cluster in `folder`: null for ourselves. PostgreSQL refuses to run as root, so root lends it
 * the account that owns the cluster already, or nobody's for a new one.
 * @throws PostgresError postgres_failed_to_start when the cluster belongs to somebody whom we cannot become.
 */
export async function accountFor(folder: string): Promise<Account | null> {
  const me = process.geteuid?.();
  if (me === undefined) return null;
  const owner = await ownerOf(folder);
  if (me !== 0) {
    if (owner === null || owner.uid === me) return null;
    throw new PostgresError(
      'postgres_failed_to_start',
      `${folder} belongs to user ${owner.uid}, and this is user ${me}. Start as the one who made it, or give it away: sudo chown -R ${me} ${folder}`,
    );
  }
  if (owner?.uid === 0) {
    throw new PostgresError(
      'postgres_failed_to_start',
      `${folder} belongs to root, and PostgreSQL refuses to run as root. Give it away: chown -R nobody ${folder}`,
    );
  }
  return owner ?? nobody();
}

async function ownerOf(folder: string): Promise<Account | null> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
}

function nobody(): Account {
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith('nobody:'));
    const [, , uid, gid] = (line ?? '').split(':').map(Number);
    if (uid !== undefined && gid !== undefined && Number.isInteger(uid) && Number.isInteger(gid)) {
      return { uid, gid };
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return NOBODY;
}
