import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { RouteAccess } from '../../api/routes.ts';
import { inTime } from '../../waiting/in-time.ts';
import { type Access, ANYBODY, type Caller, EVERYBODY } from './access.ts';
import { hashOf, parseKey } from './key.ts';
import type { KeyRing, KnownKey } from './key-ring.ts';
import { expectOwnHost } from './own-host.ts';
import { keyMissing, keysUnavailable, keyUnknown, roleInsufficient } from './refusals.ts';

/** How long a request waits for keys that are not there yet, and for a look at keys that have grown old. */
const FIRST_LOAD_MS = 3_000;
const LATE_LOOK_MS = 300;
/** Keys older than this are looked at before they are believed: a frozen process may wake up after hours. */
const OLD_MS = 15_000;

export interface KeyedAccessOptions {
  readonly ring: KeyRing;
  /**
   * The name of a header that only the front door itself sets, so nobody else can know it: a request that has it was
   * let in already, as the identity that it names. Such a caller is an admin.
   */
  readonly trustedIdentityHeader?: string;
  /** Let everybody on this machine in while there is no admin key: for a server that listens on loopback. */
  readonly openWithoutAdmin?: boolean;
  /** Is there no other way in for admins? True unless told otherwise. */
  readonly needsAdminKey?: boolean;
}

/** Lets in who brings a key of the right role. */
export class KeyedAccess implements Access {
  readonly #options: KeyedAccessOptions;
  /** What an unknown id is compared with, so that it takes as long as a known one. */
  readonly #nobody: KnownKey = { hash: randomBytes(32), caller: { name: ANYBODY, role: 'anyone' } };

  constructor(options: KeyedAccessOptions) {
    this.#options = options;
  }

  get needsAdminKey(): boolean {
    return this.#options.needsAdminKey ?? true;
  }

  admit(headers: IncomingHttpHeaders, role: RouteAccess['role']): Caller | Promise<Caller> {
    if (role === 'anyone') return this.#nobody.caller;
    const identity = this.#identity(headers);
    if (identity !== null) return identity;
    const { ring } = this.#options;
    if (ring.isLoaded && ring.age < OLD_MS) return this.#judge(headers, role);
    return this.#lookFirst(headers, role);
  }

  look(): Promise<void> {
    return this.#options.ring.look();
  }

  refresh(): Promise<void> {
    return this.#options.ring.refresh();
  }

  problems(): readonly string[] {
    return this.#options.ring.problems();
  }

  #identity(headers: IncomingHttpHeaders): Caller | null {
    const { trustedIdentityHeader } = this.#options;
    if (trustedIdentityHeader === undefined) return null;
    const name = headers[trustedIdentityHeader];
    return typeof name === 'string' && name !== '' ? { name, role: 'admin' } : null;
  }

  async #lookFirst(headers: IncomingHttpHeaders, role: RouteAccess['role']): Promise<Caller> {
    const { ring } = this.#options;
    await inTime(ring.look(), ring.isLoaded ? LATE_LOOK_MS : FIRST_LOAD_MS);
    if (!ring.isLoaded) throw keysUnavailable();
    return this.#judge(headers, role);
  }

  #judge(headers: IncomingHttpHeaders, role: RouteAccess['role']): Caller {
    const { ring, openWithoutAdmin = false } = this.#options;
    if (openWithoutAdmin && !ring.hasAdmin) {
      expectOwnHost(headers);
      return EVERYBODY;
    }
    const given = presentedKey(headers);
    if (given === null) throw keyMissing();
    const key = parseKey(given);
    if (key === null) throw keyUnknown();
    const { hash, caller } = ring.find(key.id) ?? this.#nobody;
    // Of hashes, so that not even their comparison could be taught the secret piece by piece.
    if (!timingSafeEqual(hash, hashOf(key.secret)) || caller.role === 'anyone') throw keyUnknown();
    if (caller.role !== 'admin' && caller.role !== role) throw roleInsufficient(caller.role, role);
    return caller;
  }
}

/**
 * The key that a request brings: `x-api-key`, or `Authorization: Bearer …` for clients that can send nothing else, such
 * as Prometheus. Null where it brings none. Never from the address: that is written into logs.
 */
function presentedKey(headers: IncomingHttpHeaders): string | null {
  const own = headers['x-api-key'];
  if (own !== undefined) return typeof own === 'string' ? own : '';
  const bearer = /^Bearer +(.*)$/i.exec(headers.authorization ?? '');
  return bearer?.[1]?.trim() ?? null;
}
