import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DataApiPlace,
  DatabaseError,
  migrate,
  NewerDatabaseError,
  openDataApi,
  openDatabase,
} from '../../../database/index.ts';
import type { Request } from './request.ts';
import type { Outcome } from './tell.ts';

export interface Work {
  readonly place: DataApiPlace;
  readonly report: (line: string) => void;
  /** Milliseconds for which a database is tried that is paused, only just there, or not yet ours to ask. */
  readonly patience: number;
}

/** What no waiting makes better. */
const FINAL = ['migration_failed', 'migration_changed', 'database_too_old', 'database_newer'];
const WAIT_MS = 1_000;
/** A cluster that is paused takes some 15 s, and says so until then. */
const RESUMING_MS = 30_000;

/**
 * Does what CloudFormation asks; never throws. Each migration is a transaction of its own: what fails leaves the database
 * at the last one that was whole. Deleting does nothing: rows outlive the stack where the database does.
 */
export async function carryOut({ type, properties }: Request, work: Work): Promise<Outcome> {
  if (type === 'Delete') return { status: 'SUCCESS', reason: 'Nothing is undone in the database.' };
  try {
    switch (properties.Action) {
      case 'migrate':
        return { status: 'SUCCESS', reason: await migrated(work) };
      case 'set-train-function':
        return { status: 'SUCCESS', reason: await trainFunctionSet(properties.TrainFunction, work) };
      default:
        return { status: 'FAILED', reason: `There is no action ${JSON.stringify(properties.Action)}.` };
    }
  } catch (error) {
    // A deployment that is rolled back comes with the code of before. What was migrated stays, older code works with it,
    // and a failure here would leave the stack where only a person gets it out of.
    if (error instanceof NewerDatabaseError && type === 'Update') {
      return { status: 'SUCCESS', reason: `The database stays as it is. ${error.message}` };
    }
    return { status: 'FAILED', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function migrated(work: Work): Promise<string> {
  const { applied } = await untilItAnswers(work, async (place, patience) => {
    const open = openDataApi(place);
    try {
      return await migrate({ kysely: open.kysely(), report: work.report, patience });
    } finally {
      await open.close();
    }
  });
  return applied.length === 0 ? 'There was nothing to migrate.' : `Migrated: ${applied.join(', ')}.`;
}

async function trainFunctionSet(name: unknown, work: Work): Promise<string> {
  const functionName = typeof name === 'string' ? name : null;
  await untilItAnswers(work, async (place) => {
    const database = openDatabase({ dataApi: place });
    try {
      await database.retrainings.setTrainFunction(functionName);
    } finally {
      await database.close();
    }
  });
  return functionName === null
    ? 'The sweep invokes the train function.'
    : `The database invokes ${functionName}.`;
}

/**
 * A cluster that was made a moment ago refuses, and a role that was made a moment ago is denied: both pass. No attempt goes
 * on when the time is up.
 */
async function untilItAnswers<T>(
  { place, patience, report }: Work,
  attempt: (place: DataApiPlace, patience: number) => Promise<T>,
): Promise<T> {
  const until = performance.now() + patience;
  for (;;) {
    const left = Math.max(0, until - performance.now());
    try {
      return await attempt({ ...place, resumeBudget: Math.min(RESUMING_MS, left) }, left);
    } catch (error) {
      const isFinal = error instanceof DatabaseError && FINAL.includes(error.code);
      if (isFinal || performance.now() + WAIT_MS > until) throw error;
      report(`trying again: ${error instanceof Error ? error.message : String(error)}`);
      await sleep(WAIT_MS);
    }
  }
}
