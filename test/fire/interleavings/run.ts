import type { Database } from '../../../database/index.ts';
import type { Books } from './books.ts';
import type { Place } from './place.ts';
import type { Process } from './plan.ts';
import type { Service } from './service.ts';
import type { Snapshot } from './snapshot.ts';
import type { Work, Worker } from './trainers.ts';

/** One interleaving under way. */
export interface Run extends Work {
  readonly place: Place;
  readonly name: string;
  readonly id: number;
  readonly books: Books;
  /** The database as it is without any wire. */
  readonly database: Database;
  readonly workers: Worker[];
  /** What was stored after the step before. */
  before: Snapshot | null;
  /** In this step, somebody may have changed what counts; switched training. */
  isRedefined: boolean;
  isSwitched: boolean;
  /** The first nonces are those of rows that are posted under keys. */
  readonly firstNonce: number;
  nextNonce(): number;
}

export function serviceOf({ place }: Run, at: Process): Service {
  return place.services[at];
}
