import type { Environment } from '../settings/environment.ts';
import { VARIABLES } from '../settings/variables.ts';

/** Where a server listens. */
export interface Address {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** Where a server of a container listens: at every address of the container, unless told otherwise. */
export function readAddress(environment: Environment, port: number): Address {
  return {
    host: environment.optional(VARIABLES.host) ?? '0.0.0.0',
    port: environment.integer(VARIABLES.port, 0, 65_535, port),
  };
}
