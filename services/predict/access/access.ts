import type { IncomingHttpHeaders } from 'node:http';
import type { RouteAccess } from '../../api/routes.ts';

/** Who asks: a key's id, an IAM identity's ARN, or nobody in particular. Never a secret: it goes into logs. */
export interface Caller {
  readonly name: string;
  /** What they may call; `anyone` where nobody asked who they are. */
  readonly role: RouteAccess['role'];
}

/** Decides who may call a route. */
export interface Access {
  /**
   * Who asks, when they may call a route of this role; a promise only while the keys in memory are none or old.
   * @throws Problem `key_missing`, `key_unknown`, `role_insufficient`, `keys_unavailable`, `host_unknown`
   */
  admit(headers: IncomingHttpHeaders, role: RouteAccess['role']): Caller | Promise<Caller>;
  /** Is an admin key the only way in for admins, so that the last one must stay? */
  readonly needsAdminKey: boolean;
  /** Looks at the keys again, unless that is under way. Never rejects. */
  look(): Promise<void>;
  /** The same, and what was written before the call is seen. Never rejects. */
  refresh(): Promise<void>;
  /** What is not as it should be, one sentence each; empty when all is well. */
  problems(): readonly string[];
}

/** The name of whoever calls what is for anyone, and of everybody where there are no keys. */
export const ANYBODY = 'anonymous';

export const EVERYBODY: Caller = Object.freeze({ name: ANYBODY, role: 'admin' });

/** Everybody is an admin: for tests, and for what only its own process can reach. */
export const openAccess: Access = Object.freeze({
  admit: () => EVERYBODY,
  needsAdminKey: false,
  look: async () => undefined,
  refresh: async () => undefined,
  problems: () => [],
});
