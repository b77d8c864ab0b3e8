import { type Database, isUnavailable } from '../../../database/index.ts';
import type { ObjectStore } from '../../../services/model-store/index.ts';
import { retrain } from '../../../services/train/index.ts';
import type { Books, Holder } from './books.ts';
import { Gate, type Halt } from './gate.ts';

/** Far longer than any interleaving: a lease ends when an action says so. */
const LEASE_SECONDS = 600;

export interface Work {
  readonly database: Database;
  readonly store: ObjectStore;
  readonly books: Books;
}

/** A worker that was begun: `ended` never rejects. */
export interface Worker {
  readonly gate: Gate;
  readonly ended: Promise<void>;
}

/** Has one trainer carry out what is pending, and writes down what it claims and what it is told. */
export function startTrainer(predictor: string, halt: Halt | null, { database, store, books }: Work): Worker {
  const gate = new Gate(halt);
  const own = gate.aroundDatabase({ ...database, training: noted(database, books) });
  const ended = retrain(predictor, {
    database: own,
    store: gate.around(store),
    codeVersion: 'test',
    leaseSeconds: LEASE_SECONDS,
  }).then(
    (report) => {
      if (report?.verdict === 'failed' && !EXPECTED_FAILURES.test(report.reason)) {
        books.fault(`a training failed: ${report.reason}`);
      }
    },
    (error: unknown) => {
      if (!isUnavailable(error) && !gate.isDead && !EXPECTED_ERRORS.includes(codeOf(error))) {
        books.fault(`a trainer threw ${String(error)}`);
      }
    },
  );
  return { gate, ended };
}

const EXPECTED_ERRORS: readonly unknown[] = ['lease_lost', 'training_off'];
const EXPECTED_FAILURES = /changed while it was trained|^Needs \d+/;

/** The trainer's side of the database, which writes into the books what the database let each trainer do. */
function noted({ training }: Database, books: Books): Database['training'] {
  const holders = new Map<string, Holder>();
  const calls: Partial<Database['training']> = {
    async claim(predictor, seconds) {
      const claim = await training.claim(predictor, seconds);
      if (claim !== null) holders.set(claim.token, books.claimed(claim.id, claim.token));
      return claim;
    },
    async release(claim) {
      const holder = holders.get(claim.token);
      if (holder !== undefined) holder.free = true;
      await training.release(claim);
    },
    reserveVersion: (claim) =>
      training
        .reserveVersion(claim)
        .catch((error: unknown) => refused(error, holders.get(claim.token), books)),
    async finish(claim, verdict) {
      const holder = holders.get(claim.token);
      const isOver = books.isOver(claim);
      if (holder !== undefined) holder.free = true;
      try {
        await training.finish(claim, verdict);
      } catch (error) {
        // Whether the statement of a connection that broke was carried out is not known.
        if (holder !== undefined && !isUnavailable(error)) holder.free = false;
        await refused(error, holder, books);
      }
      if (isOver) books.fault(`retraining ${claim.id} was ended by a trainer that had lost it`);
    },
  };
  return new Proxy(training, {
    get(target, name) {
      const member: unknown = Reflect.get(calls, name) ?? Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function refused(error: unknown, holder: Holder | undefined, books: Books): never {
  if (codeOf(error) === 'lease_lost' && holder !== undefined && !books.hasLapsed(holder)) {
    books.fault(`a trainer lost retraining ${holder.retraining} although its lease was valid`);
  }
  throw error;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
}
