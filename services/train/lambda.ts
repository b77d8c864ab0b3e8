// The train function on Lambda: what the database, or the sweep, invokes for a retraining. Importing it starts nothing.
import { openDatabase } from '../../database/index.ts';
import { DispatchMarks, S3Store } from '../model-store/index.ts';
import {
  type LambdaObservability,
  lambdaObservability,
  readObservability,
} from '../observability/lambda-observability.ts';
import { Environment } from '../settings/environment.ts';
import { readBuckets, readDatabase } from '../settings/places.ts';
import { VERSION } from '../settings/version.ts';
import { type TrainingAnswer, TrainingFunction } from './lambda/training-function.ts';

/** What is used of Lambda's context. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Aurora takes more than half a minute to wake where it slept for a day. */
const RESUME_MS = 90_000;

interface Opened {
  readonly training: TrainingFunction;
  readonly observability: LambdaObservability;
}

let opened: Opened | null = null;

/**
 * Carries out the events of `aws_lambda.invoke`, one or several.
 * @throws EnvironmentError naming all that the environment lacks; what the database said where it stayed away
 */
export async function handler(event: unknown, context: LambdaContext): Promise<TrainingAnswer> {
  opened ??= open(process.env);
  const { training, observability } = opened;
  observability.log.begin({ invocation: context.awsRequestId });
  try {
    return await training.handle(event, () => context.getRemainingTimeInMillis());
  } finally {
    observability.flush();
  }
}

function open(variables: Readonly<Record<string, string | undefined>>): Opened {
  const environment = new Environment(variables);
  const place = readDatabase(environment, { resumeBudget: RESUME_MS });
  const buckets = readBuckets(environment);
  const settings = readObservability(environment, 'train');
  environment.check();
  const observability = lambdaObservability(settings);
  const training = new TrainingFunction({
    database: openDatabase(place),
    renewFrom: place,
    models: new S3Store(buckets.models),
    marks: new DispatchMarks(new S3Store(buckets.spool)),
    codeVersion: VERSION,
    log: observability.log,
    metrics: observability.metrics,
  });
  return { training, observability };
}
