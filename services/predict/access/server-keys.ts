import type { Database } from '../../../database/index.ts';
import type { ObjectStore } from '../../model-store/index.ts';
import { adoptKeys, alignKeys } from '../../model-store/keys-object.ts';
import { VARIABLES } from '../../settings/variables.ts';
import { AccessError } from './access.error.ts';
import type { Access } from './access.ts';
import { type FirstKey, registerFirstKey } from './first-key.ts';
import { KeyRing } from './key-ring.ts';
import { KeyedAccess } from './keyed-access.ts';
import { isLoopback } from './loopback.ts';

/** How often the keys are looked at: one that was revoked at another server is refused here after so long. */
const LOOK_MS = 2_000;

export interface ServerKeysOptions {
  /** Of the models: the copy of the keys lies there. */
  readonly store: ObjectStore;
  /** Where the server is going to listen. */
  readonly host: string;
  /** Nobody else writes to database and store: the copy is made to agree, whichever is later. */
  readonly alone?: boolean;
  /** See `KeyedAccess`. */
  readonly trustedIdentityHeader?: string;
  readonly report: (line: string) => void;
}

/**
 * Who may call a server: whoever brings a key, and, where it listens on loopback, everybody on this machine while there is
 * no admin key.
 */
export class ServerKeys {
  readonly access: Access;
  readonly #options: ServerKeysOptions;
  readonly #ring: KeyRing;

  constructor(options: ServerKeysOptions) {
    const { store, host, report, trustedIdentityHeader } = options;
    const loopback = isLoopback(host);
    this.#options = options;
    this.#ring = new KeyRing({
      store,
      onProblem: (error) => report(`keys: ${error instanceof Error ? error.message : String(error)}`),
    });
    this.access = new KeyedAccess({
      ring: this.#ring,
      openWithoutAdmin: loopback,
      needsAdminKey: !loopback,
      ...(trustedIdentityHeader === undefined ? {} : { trustedIdentityHeader }),
    });
  }

  /**
   * Registers the key that the server is started with, and reads the keys in force. To be called once the database is
   * migrated and before the server listens.
   * @throws AccessError `keys_required` where it is to listen beyond loopback without an admin key; `admin_key_invalid`,
   * `admin_key_unreadable`
   */
  async open(database: Pick<Database, 'keys'>, first: FirstKey): Promise<void> {
    const { store, host, alone = false, report } = this.#options;
    const { keys } = await registerFirstKey(database, first, report);
    if (this.access.needsAdminKey && !keys.some(({ role }) => role === 'admin')) throw keysRequired(host);
    await (alone ? adoptKeys(database, store) : alignKeys(database, store));
    await this.#ring.look();
    this.#ring.start(LOOK_MS);
  }

  close(): void {
    this.#ring.stop();
  }
}

function keysRequired(host: string): AccessError {
  return new AccessError(
    'keys_required',
    `Listening on ${host} lets others in, and there is no admin key to tell them by. Either make one while it listens on 127.0.0.1 (\`npx hundredfold keys add admin\`) and start again, or give one in ${VARIABLES.adminKey}, or name a file in ${VARIABLES.adminKeyFile}: a new key is written there.`,
  );
}
