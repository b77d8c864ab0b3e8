// The function that migrates the database when the stack is deployed: CloudFormation calls it, as a custom resource.
import { setTimeout as sleep } from 'node:timers/promises';
import { Environment } from '../../services/settings/environment.ts';
import { readDatabase } from '../../services/settings/places.ts';
import { carryOut } from './migrate/carry-out.ts';
import { readRequest } from './migrate/request.ts';
import { type Outcome, tell } from './migrate/tell.ts';

/** What is used of Lambda's context. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Kept to tell CloudFormation, which otherwise waits for an answer until its own time is over. */
const MARGIN_MS = 30_000;
/** Waking takes some 15 s, more than 30 after a day, and a new cluster or role a minute or two. */
const PATIENCE_MS = 300_000;

/**
 * @throws TypeError for an event that is not CloudFormation's
 * @throws Error when CloudFormation could not be told; Lambda calls again
 */
export async function handler(event: unknown, context: LambdaContext): Promise<Outcome> {
  const request = readRequest(event);
  const left = context.getRemainingTimeInMillis() - MARGIN_MS;
  const outcome = await Promise.race([work(request, Math.min(PATIENCE_MS, left)), overdue(left)]);
  report(`${request.type} ${request.logicalId}: ${outcome.status}. ${outcome.reason}`);
  await tell(request, outcome);
  return outcome;
}

async function work(request: ReturnType<typeof readRequest>, patience: number): Promise<Outcome> {
  const environment = new Environment(process.env);
  const place = readDatabase(environment);
  try {
    environment.check();
  } catch (error) {
    return { status: 'FAILED', reason: error instanceof Error ? error.message : String(error) };
  }
  if (!('dataApi' in place))
    return { status: 'FAILED', reason: 'The database has to be one of the Data API.' };
  return carryOut(request, { place: place.dataApi, report, patience });
}

async function overdue(milliseconds: number): Promise<Outcome> {
  await sleep(milliseconds, undefined, { ref: false });
  const reason =
    'The database was not migrated in the time of a function. What was whole stays; deploy again for the rest.';
  return { status: 'FAILED', reason };
}

function report(message: string): void {
  console.log(JSON.stringify({ level: 'INFO', message }));
}
