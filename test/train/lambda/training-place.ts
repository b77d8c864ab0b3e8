import type { Database } from '../../../database/index.ts';
import { signature } from '../../../services/ml/predictor/definition.ts';
import { parseDefinition } from '../../../services/ml/predictor/parse-definition.ts';
import type { ObjectStore } from '../../../services/model-store/index.ts';
import type { Metrics } from '../../../services/observability/metrics.ts';
import {
  TrainingFunction,
  type TrainingFunctionOptions,
} from '../../../services/train/lambda/training-function.ts';
import type { AwsPlace } from '../../support/aws-place.ts';
import { importRows, searches } from '../learning-place.ts';

/** What a function wrote and counted, in the order in which it did. */
export interface Shown {
  readonly lines: string[];
  readonly counted: string[];
}

export type ShownFunction = Shown & { readonly training: TrainingFunction };

/** The train function on a place, and what it says. */
export function trainingFunction(
  aws: AwsPlace,
  changes: Partial<TrainingFunctionOptions> & { readonly models?: ObjectStore } = {},
): ShownFunction {
  const lines: string[] = [];
  const counted: string[] = [];
  const metrics: Metrics = {
    add: (name, amount = 1, labels = {}) => {
      if (amount > 0) counted.push([name, ...Object.values(labels)].join(' '));
    },
    set: () => undefined,
    observe: (name) => void counted.push(name),
  };
  const say = (message: string) => void lines.push(message);
  const training = new TrainingFunction({
    database: aws.database,
    renewFrom: aws.place,
    models: aws.models,
    marks: aws.marks,
    codeVersion: 'test',
    log: { info: say, warn: say, error: (message, error) => say(`${message}: ${String(error ?? '')}`) },
    metrics,
    ...changes,
  });
  return { training, lines, counted };
}

export const MINUTES = () => 600_000;

/** A predictor with thirty rows and its first request. */
export async function asked(database: Database, name: string, changes: object = {}): Promise<number> {
  const definition = parseDefinition({
    name,
    inputs: { query: { type: 'text' } },
    target: { name: 'service', type: 'label' },
    ...changes,
  });
  const { id } = await database.predictors.apply(definition, signature(definition));
  await importRows(database, id, searches(30, 1));
  await database.retrainings.request(id);
  return id;
}

interface RetrainingShown {
  readonly id: number;
  readonly status: string;
  readonly verdict: string | null;
  readonly reason: string | null;
}

export async function lastOf(database: Database, name: string): Promise<RetrainingShown> {
  const shown = await database.predictors.describe(name);
  return shown?.lastRetraining as unknown as RetrainingShown;
}
