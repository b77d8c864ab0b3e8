import { TrainingError } from './errors.ts';

/** Until when a training may take, where it runs under a limit that would otherwise cut it off. Times since 1970, in ms. */
export interface TimeLimit {
  /** The training ends at its first step after this. */
  readonly until: number;
  /** Where a step takes longer still, the thread that renews the lease ends the training in its place at this time. */
  readonly atLast: number;
  /** Of the verdict `failed`. */
  readonly reason: string;
  /** The training began late and has not had all the time that there is: it is given back instead, to begin anew. */
  readonly began?: 'late';
}

/** The time is over. */
export class TimeIsUpError extends TrainingError {
  /** Rather than that the training failed. */
  readonly givesBack: boolean;

  constructor({ reason, began }: TimeLimit) {
    super('time_is_up', reason);
    this.givesBack = began === 'late';
  }
}

/** @throws TimeIsUpError */
export function checkTime(limit: TimeLimit | undefined): void {
  if (limit !== undefined && Date.now() >= limit.until) throw new TimeIsUpError(limit);
}
