import { randomUUID } from 'node:crypto';
import { Spool, type SpooledPrediction } from '../../services/model-store/index.ts';
import type { Metrics } from '../../services/observability/metrics.ts';
import { TrainingFunction } from '../../services/train/lambda/training-function.ts';
import { trainInvoker } from '../../services/upkeep/sweep/invoke-train.ts';
import { type SweepOptions, SweepRound } from '../../services/upkeep/sweep/sweep-round.ts';
import type { AwsPlace } from '../support/aws-place.ts';

export interface ShownSweep {
  readonly round: SweepRound;
  readonly lines: string[];
  readonly gauges: Map<string, number>;
  readonly counted: Map<string, number>;
}

/** The sweep on a place, and what it says. Its clock may be the test's own. */
export function sweepOf(aws: AwsPlace, changes: Partial<SweepOptions> = {}): ShownSweep {
  const lines: string[] = [];
  const gauges = new Map<string, number>();
  const counted = new Map<string, number>();
  const metrics: Metrics = {
    add: (name, amount = 1) => void counted.set(name, (counted.get(name) ?? 0) + amount),
    set: (name, value) => void gauges.set(name, value),
    observe: () => undefined,
  };
  const say = (message: string, error: unknown = '') => void lines.push(`${message} ${String(error)}`);
  const round = new SweepRound({
    database: aws.database,
    models: aws.models,
    spool: aws.spool,
    invoke: trainInvoker(aws.trainFunction),
    log: { info: say, warn: say, error: say },
    metrics,
    ...changes,
  });
  return { round, lines, gauges, counted };
}

/** The train function, for Lambda's stand-in to call. */
export function trainOf(aws: AwsPlace): TrainingFunction {
  return new TrainingFunction({
    database: aws.database,
    renewFrom: aws.place,
    models: aws.models,
    marks: aws.marks,
    codeVersion: 'test',
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { add: () => undefined, set: () => undefined, observe: () => undefined },
  });
}

/** Puts answered rows into the spool, as a predict function does while the database is away. */
export async function spooled(
  aws: AwsPlace,
  { id: predictorId, name }: { readonly id: number; readonly name: string },
  count: number,
  answeredAt = Date.now(),
): Promise<void> {
  const spool = new Spool(aws.spool);
  const rows = Array.from(
    { length: count },
    (_, n): SpooledPrediction => ({
      id: randomUUID(),
      predictorId,
      predictor: name,
      revision: 1,
      model: 1,
      inputs: { query: `spooled ${n}` },
      answer: { suggestions: [{ label: 'Pharmacy', probability: 0.9 }] },
      answeredAt: answeredAt + n,
    }),
  );
  for (const row of rows) await spool.put(row);
}
