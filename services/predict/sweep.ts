// The sweep function on Lambda, called every few minutes. Importing it starts nothing.
import { openDatabase } from '../../database/index.ts';
import { S3Store } from '../model-store/index.ts';
import {
  type LambdaObservability,
  lambdaObservability,
  readObservability,
} from '../observability/lambda-observability.ts';
import { Environment } from '../settings/environment.ts';
import { readBuckets, readDatabase } from '../settings/places.ts';
import { VARIABLES } from '../settings/variables.ts';
import { trainInvoker } from '../upkeep/sweep/invoke-train.ts';
import { type SweepReport, SweepRound } from '../upkeep/sweep/sweep-round.ts';

/** What is used of Lambda's context. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Time kept for the end of a sweep that has much to do. */
const MARGIN_MS = 20_000;

/** Aurora takes more than half a minute to wake where it slept for a day. */
const RESUME_MS = 55_000;

interface Opened {
  readonly round: SweepRound;
  readonly observability: LambdaObservability;
}

let opened: Opened | null = null;

/**
 * One sweep. What an event says does not matter.
 * @throws EnvironmentError naming all that the environment lacks
 */
export async function sweep(_event: unknown, context: LambdaContext): Promise<SweepReport> {
  opened ??= open(process.env);
  const { round, observability } = opened;
  observability.log.begin({ invocation: context.awsRequestId });
  try {
    return await round.once(() => context.getRemainingTimeInMillis() < MARGIN_MS);
  } finally {
    observability.flush();
  }
}

function open(variables: Readonly<Record<string, string | undefined>>): Opened {
  const environment = new Environment(variables);
  const place = readDatabase(environment, { resumeBudget: RESUME_MS });
  const buckets = readBuckets(environment);
  const functionName = environment.required(VARIABLES.trainFunction, 'the train function to invoke');
  const endpoint = environment.optional(VARIABLES.lambdaEndpoint) ?? undefined;
  const settings = readObservability(environment, 'sweep');
  environment.check();
  const observability = lambdaObservability(settings);
  const round = new SweepRound({
    database: openDatabase(place),
    models: new S3Store(buckets.models),
    spool: new S3Store(buckets.spool),
    invoke: trainInvoker({ functionName, endpoint }),
    log: observability.log,
    metrics: observability.metrics,
  });
  return { round, observability };
}
