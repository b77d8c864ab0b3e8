import type { TimeLimit } from '../time-limit.ts';

/** The time kept for an end: a verdict over a database that may hesitate, and the longest step of a fit that was seen. */
const LONGEST_MARGIN_MS = 60_000;
/** A short time-out, as in tests, keeps this part of it. */
const MARGIN_PART = 0.2;

export const TOO_LONG = 'Needs longer than Lambda gives: run it as a task.';

/** How much time an invocation has for its events. */
export interface InvocationClock {
  /** When a training has to end, in milliseconds since 1970. */
  readonly until: number;
  /** Is it past the moment at which the thread of the lease ends a training itself? */
  readonly isOver: boolean;
  /** Is there time to begin? */
  readonly hasTime: boolean;
  /** For a training that begins now. */
  limit(): TimeLimit;
  /** The first event is done: those after it have not had the whole of the time. */
  next(): void;
}

export function clockOf(remainingMs: () => number): InvocationClock {
  const left = remainingMs();
  const end = Date.now() + left;
  const margin = Math.min(LONGEST_MARGIN_MS, left * MARGIN_PART);
  const until = end - margin;
  const atLast = end - margin / 2;
  let isFirst = true;
  return {
    until,
    get isOver() {
      return Date.now() >= atLast;
    },
    get hasTime() {
      return Date.now() < until;
    },
    limit: () => ({
      until,
      atLast,
      reason: TOO_LONG,
      ...(isFirst ? {} : { began: 'late' as const }),
    }),
    next() {
      isFirst = false;
    },
  };
}
