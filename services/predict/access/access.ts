import type { IncomingHttpHeaders } from 'node:http';
import type { Role, RouteAccess } from './routes.ts';

/** Who asks: a key's id, an IAM identity's ARN, or nobody in particular. Never a secret: it goes into logs. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

/** Decides who may call a route. */
export interface Access {
  /**
   * Who asks, when they may call a route of this role; a promise only while the keys are not in memory yet.
   * @throws Problem `key_missing`, `key_unknown`, `role_insufficient`, `keys_unavailable`
   */
  admit(headers: IncomingHttpHeaders, role: RouteAccess['role']): Caller | Promise<Caller>;
  /** Is an admin key the only way in for admins, so that the last one must stay? */
  readonly needsAdminKey: boolean;
  /** Looks at the keys again, now: called after a change of them. */
  refresh(): Promise<void>;
  /** What is not as it should be, one sentence each; empty when all is well. */
  problems(): readonly string[];
}

/** Whoever calls what is for anyone, and everybody where there are no keys. */
export const ANYBODY = 'anonymous';

const everybody: Caller = Object.freeze({ name: ANYBODY, role: 'admin' });

/** Everybody is an admin: for a service that only its own machine can reach. */
export const openAccess: Access = Object.freeze({
  admit: () => everybody,
  needsAdminKey: false,
  refresh: async () => undefined,
  problems: () => [],
});
